package dev.portcullis.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one reading of a configuration collects: the problems, and every key that was asked for. */
public final class ConfigReading {
    private final Problems problems = new Problems();
    private final Map<String, Setting> settings;
    private final Map<String, String> environment;
    private final Path folder;

    /**
     * @param environment where {@code {"$env": …}} looks
     * @param folder what every path is relative to
     */
    public ConfigReading(Map<String, String> environment, Path folder) {
        this(environment, folder, new LinkedHashMap<>());
    }

    private ConfigReading(Map<String, String> environment, Path folder, Map<String, Setting> settings) {
        this.environment = environment;
        this.folder = folder;
        this.settings = settings;
    }

    /** Notes the keys that are asked for in the same list, but no problem with their values. */
    ConfigReading keysOnly() {
        return new ConfigReading(environment, folder, settings);
    }

    public Problems problems() {
        return problems;
    }

    public List<Setting> settings() {
        return List.copyOf(settings.values());
    }

    /** Two records may share a key; the first says what it means. */
    void asked(Setting setting) {
        settings.putIfAbsent(setting.path(), setting);
    }

    Map<String, String> environment() {
        return environment;
    }

    /** A relative path begins in the folder of the configuration file, wherever the process was started. */
    Optional<Path> resolve(String path) {
        try {
            return Optional.of(folder.resolve(path).normalize());
        } catch (InvalidPathException stray) {
            return Optional.empty();
        }
    }
}

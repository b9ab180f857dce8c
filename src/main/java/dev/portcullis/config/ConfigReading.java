package dev.portcullis.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the problems and all read keys of one configuration. */
public final class ConfigReading {
    private final Problems problems = new Problems();
    private final List<Problem> withoutEffect = new ArrayList<>();
    private final Map<String, Setting> settings;
    private final Map<String, String> environment;
    private final Path folder;

    /**
     * @param environment the variables that {@code {"$env": …}} reads
     * @param folder the folder in which relative paths are resolved
     */
    public ConfigReading(Map<String, String> environment, Path folder) {
        this(environment, folder, new LinkedHashMap<>());
    }

    private ConfigReading(Map<String, String> environment, Path folder, Map<String, Setting> settings) {
        this.environment = environment;
        this.folder = folder;
        this.settings = settings;
    }

    /** Adds keys to the same list, but drops problems with their values. */
    ConfigReading keysOnly() {
        return new ConfigReading(environment, folder, settings);
    }

    public Problems problems() {
        return problems;
    }

    public List<Setting> settings() {
        return List.copyOf(settings.values());
    }

    /** Keys that an earlier version read, and what to do about them. */
    public List<Problem> withoutEffect() {
        return List.copyOf(withoutEffect);
    }

    void addWithoutEffect(Problem removed) {
        withoutEffect.add(removed);
    }

    /** Two records may read the same key; the description of the first is kept. */
    void add(Setting setting) {
        settings.putIfAbsent(setting.path(), setting);
    }

    Map<String, String> environment() {
        return environment;
    }

    /** Resolves a relative path in the folder of the configuration file, not in the working directory. */
    Optional<Path> resolve(String path) {
        try {
            return Optional.of(folder.resolve(path).normalize());
        } catch (InvalidPathException invalid) {
            return Optional.empty();
        }
    }
}

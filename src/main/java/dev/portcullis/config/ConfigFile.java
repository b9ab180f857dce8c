package dev.portcullis.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Loads the operator's file with the overrides of the command line. */
public final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final String NAME_FILE = "name a readable file with -c";

    private ConfigFile() {}

    /**
     * @param overrides each {@code path=value}, with the value as JSON or else as plain text
     * @param environment the variables that {@code {"$env": …}} reads; every relative path is resolved in the file's
     *     folder
     * @param read turns the root into a record; keys that it does not read are refused
     */
    public static <T> Loaded<T> load(
            Path file, List<String> overrides, Map<String, String> environment, Function<Section, T> read) {
        return loadPart(file, overrides, environment, root -> {
            T value = read.apply(root);
            root.refuseUnknown();
            return value;
        });
    }

    /** Loads only what {@code read} reads: files and variables that the rest names may be on another machine. */
    public static <T> Loaded<T> loadPart(
            Path file, List<String> overrides, Map<String, String> environment, Function<Section, T> read) {
        ConfigReading reading = new ConfigReading(environment, folderOf(file));
        return tree(file, reading.problems())
                .map(tree -> build(Overrides.apply(tree, overrides, reading.problems()), reading, read))
                .orElseGet(() -> new Loaded.Invalid<>(reading.problems().found()));
    }

    private static <T> Loaded<T> build(Map<?, ?> tree, ConfigReading reading, Function<Section, T> read) {
        T value = read.apply(Section.root(tree, reading));
        return reading.problems().isEmpty()
                ? new Loaded.Valid<>(value, reading.settings(), reading.withoutEffect())
                : new Loaded.Invalid<>(reading.problems().found());
    }

    private static Optional<Map<?, ?>> tree(Path file, Problems problems) {
        String name = file.toString();
        try {
            if (Json.parse(TextFile.read(file, MAX_BYTES)) instanceof Map<?, ?> tree) {
                return Optional.of(tree);
            }
            problems.add(name, "is not a JSON object", "write {…}");
        } catch (Json.IllFormed invalid) {
            problems.add(name, invalid.problem(), "correct the JSON there or just before");
        } catch (NoSuchFileException missing) {
            problems.add(name, "does not exist", NAME_FILE);
        } catch (CharacterCodingException binary) {
            problems.add(name, "is not UTF-8 text", "save it as UTF-8");
        } catch (IOException unreadable) {
            problems.add(name, "can't be read, or is larger than " + MAX_BYTES + " bytes", NAME_FILE);
        }
        return Optional.empty();
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.toAbsolutePath() : folder;
    }
}

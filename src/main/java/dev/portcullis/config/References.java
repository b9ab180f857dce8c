package dev.portcullis.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values that stand elsewhere: {@code {"$env": "NAME"}} and {@code {"$file": "path"}}. */
final class References {
    private References() {}

    static @Nullable Object resolve(@Nullable Object value, Survey survey, String path) {
        if (!(value instanceof Map<?, ?> map) || map.size() != 1) {
            return value;
        }
        if (map.get("$env") instanceof String name) {
            String found = survey.environment().get(name);
            if (found == null || found.isEmpty()) {
                survey.problems().add(path, "the environment variable " + name + " is not set", "set it");
                return null;
            }
            return found;
        }
        if (map.get("$file") instanceof String name) {
            Path file = survey.folder().resolve(name);
            try {
                return Files.readString(file).stripTrailing();
            } catch (IOException unreadable) {
                survey.problems().add(path, "the file " + file + " can't be read", "create it or correct the path");
                return null;
            }
        }
        return value;
    }
}

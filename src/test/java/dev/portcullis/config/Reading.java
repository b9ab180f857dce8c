package dev.portcullis.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A configuration that a test reads. */
record Reading(Section root, ConfigReading reading) {
    static Reading of(String json) {
        return of(json, Map.of());
    }

    static Reading of(String json, Map<String, String> environment) {
        return of(json, new ConfigReading(environment, Path.of("")));
    }

    static Reading of(String json, ConfigReading reading) {
        try {
            Map<?, ?> tree = (Map<?, ?>) Objects.requireNonNull(Json.parse(json));
            return new Reading(Section.root(tree, reading), reading);
        } catch (IOException invalid) {
            throw new UncheckedIOException(invalid);
        }
    }

    List<String> problems() {
        return reading.problems().found().stream().map(Problem::toString).toList();
    }

    Setting setting(String path) {
        return reading.settings().stream()
                .filter(each -> each.path().equals(path))
                .findFirst()
                .orElseThrow();
    }
}

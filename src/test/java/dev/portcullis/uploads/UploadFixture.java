package dev.portcullis.uploads;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Section;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Configurations of uploads that tests read. */
final class UploadFixture {
    private UploadFixture() {}

    /** @param problems receives what is wrong with it */
    static UploadsConfig config(String json, List<String> problems) {
        try {
            ConfigReading reading = new ConfigReading(Map.of(), Path.of("/etc/portcullis"));
            Map<?, ?> tree = (Map<?, ?>) Objects.requireNonNull(Json.parse(json));
            Section root = Section.root(tree, reading);
            UploadsConfig config = UploadsConfig.read(root);
            root.refuseUnknown();
            reading.problems().found().forEach(each -> problems.add(each.toString()));
            return config;
        } catch (IOException invalid) {
            throw new UncheckedIOException(invalid);
        }
    }

    static UploadsConfig config(String json) {
        List<String> problems = new java.util.ArrayList<>();
        UploadsConfig config = config(json, problems);
        if (!problems.isEmpty()) {
            throw new AssertionError(problems);
        }
        return config;
    }
}

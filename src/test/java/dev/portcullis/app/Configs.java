package dev.portcullis.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Configuration files for the tests of commands. */
final class Configs {
    private Configs() {}

    static Path empty() {
        return of("{}");
    }

    static Path of(String json) {
        try {
            Path file = Files.createTempFile("portcullis", ".json");
            file.toFile().deleteOnExit();
            return Files.writeString(file, json);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

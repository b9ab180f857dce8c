package dev.portcullis.app.config;

import dev.portcullis.config.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Configuration files for the tests of commands. */
public final class Configs {
    public static final String SECRET = "a-secret-of-the-tests-and-of-nothing-else";

    /** The keys that every configuration needs. */
    private static final String NEEDED = "{\"auth\": {\"issuers\": [{\"secret\": \"" + SECRET
            + "\"}]}, \"tls\": {\"required\": false}," + " \"origin\": {\"allowed\": [\"https://chat.example.com\"]}}";

    private Configs() {}

    public static Path empty() {
        return of("{}");
    }

    /** The given keys, completed by the needed ones. */
    public static Path of(String json) {
        try {
            Map<Object, Object> all = new LinkedHashMap<>((Map<?, ?>) Objects.requireNonNull(Json.parse(NEEDED)));
            all.putAll((Map<?, ?>) Objects.requireNonNull(Json.parse(json)));
            Path file = Files.createTempFile("portcullis", ".json");
            file.toFile().deleteOnExit();
            return Files.writeString(file, Json.write(all));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

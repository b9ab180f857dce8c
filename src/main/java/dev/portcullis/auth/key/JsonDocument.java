package dev.portcullis.auth.key;

import dev.portcullis.config.Json;
import dev.portcullis.config.crypto.Base64Url;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One object of a server's answer, read strictly. */
record JsonDocument(Map<?, ?> members) {
    /** Empty if the bytes are not exactly one object in strict UTF-8. */
    static Optional<JsonDocument> parse(byte[] utf8) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            return of(Json.parseWithoutComments(text));
        } catch (IOException malformed) {
            return Optional.empty();
        }
    }

    static Optional<JsonDocument> of(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? Optional.of(new JsonDocument(map)) : Optional.empty();
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    Optional<String> text(String name) {
        return members.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    Optional<List<?>> list(String name) {
        return members.get(name) instanceof List<?> list ? Optional.of(list) : Optional.empty();
    }

    Optional<byte[]> bytes(String name) {
        return text(name).flatMap(Base64Url::decode);
    }
}

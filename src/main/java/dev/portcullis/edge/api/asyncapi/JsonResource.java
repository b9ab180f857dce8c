package dev.portcullis.edge.api.asyncapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.config.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON objects of this build, as maps in the order of the file. */
final class JsonResource {
    private JsonResource() {}

    /** @param name beside this class */
    static Map<String, Object> read(String name) {
        try (InputStream file = JsonResource.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the build lacks " + name);
            }
            return parse(file.readAllBytes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Map<String, Object> parse(byte[] json) {
        try {
            return object(Json.parseWithoutComments(new String(json, UTF_8)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * A copy, in which a change leaves the original as it is.
     *
     * @throws IllegalStateException if it is no object
     */
    static Map<String, Object> object(@Nullable Object value) {
        if (value instanceof Map<?, ?> object) {
            Map<String, Object> copy = new LinkedHashMap<>();
            object.forEach((name, each) -> copy.put(String.valueOf(name), each));
            return copy;
        }
        throw new IllegalStateException("an object is expected, not " + value);
    }

    static List<Object> list(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        throw new IllegalStateException("a list is expected, not " + value);
    }

    static List<String> texts(@Nullable Object value) {
        return list(value).stream().map(String::valueOf).toList();
    }
}

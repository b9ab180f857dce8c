package dev.portcullis.http.routing;

import dev.portcullis.protocol.codec.JsonPointer;
import dev.portcullis.protocol.codec.SchemaViolations;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses a query in the one way in which all its readers agree (CWE-436): each name once and with a value, UTF-8 that is
 * encoded once. A bare {@code +} is refused, since forms write a space with it, and others mean a plus.
 */
final class QueryString {
    private QueryString() {}

    /** @param wrong gets what makes the query ambiguous, at the name of the parameter */
    static Map<String, String> parse(@Nullable String query, SchemaViolations wrong) {
        Map<String, String> values = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return values;
        }
        Set<String> repeated = new HashSet<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            Optional<String> name =
                    decode(equals < 0 ? pair : pair.substring(0, equals)).filter(each -> !each.isEmpty());
            Optional<String> value = equals < 0 ? Optional.empty() : decode(pair.substring(equals + 1));
            if (name.isEmpty() || value.isEmpty()) {
                wrong.add(name.map(JsonPointer.ROOT::child).orElse(JsonPointer.ROOT), "format");
            } else if (values.put(name.get(), value.get()) != null && repeated.add(name.get())) {
                wrong.add(JsonPointer.ROOT.child(name.get()), "repeated");
            }
        }
        return values;
    }

    private static Optional<String> decode(String text) {
        byte[] utf8 = new byte[text.length()];
        int size = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                utf8[size++] = (byte) (high << 4 | low);
                i += 2;
            } else if (c == '+' || c == ';' || c <= ' ' || c >= 0x7f) {
                return Optional.empty();
            } else {
                utf8[size++] = (byte) c;
            }
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8, 0, size))
                    .toString());
        } catch (CharacterCodingException illFormed) {
            return Optional.empty();
        }
    }
}

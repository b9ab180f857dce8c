package dev.portcullis.edge.handshake;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the parameter {@code token} of a handshake's query. */
final class QueryToken {
    private static final String NAME = "token";

    private QueryToken() {}

    /**
     * All its values, in order, each percent-decoded once.
     *
     * @param query as in the request line; null if there is none
     */
    static List<String> values(@Nullable String query) {
        return query == null
                ? List.of()
                : Arrays.stream(query.split("&")).flatMap(QueryToken::value).toList();
    }

    /** A name may be written in percent-encoding too: a proxy that decodes it must not see another token (CWE-436). */
    private static Stream<String> value(String parameter) {
        int end = parameter.indexOf('=');
        String name = end < 0 ? parameter : parameter.substring(0, end);
        return decoded(name).equals(NAME)
                ? Stream.of(end < 0 ? "" : decoded(parameter.substring(end + 1)))
                : Stream.of();
    }

    /** A text that is not well-formed stays as it is, and is no valid token. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }
}

package dev.portcullis.http;

import java.util.List;
import java.util.Optional;

/** The token of an {@code Authorization: Bearer} header (RFC 6750 section 2.1). */
public final class BearerToken {
    private static final String SCHEME = "Bearer";

    private BearerToken() {}

    /** @param lines every Authorization header of the request; two contradict each other, and count as none */
    public static Optional<String> in(List<String> lines) {
        return lines.size() == 1 ? presented(lines.get(0)).filter(token -> !token.isEmpty()) : Optional.empty();
    }

    /** The text after the scheme, possibly empty: an empty token is an invalid token, not an absent one. */
    public static Optional<String> presented(String line) {
        String credentials = line.strip();
        if (!credentials.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        String token = credentials.substring(SCHEME.length());
        return token.isEmpty() || token.charAt(0) == ' ' ? Optional.of(token.strip()) : Optional.empty();
    }
}

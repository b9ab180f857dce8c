package dev.portcullis.http;

import java.util.List;
import java.util.Optional;

/** The token of an {@code Authorization: Bearer} header (RFC 6750 section 2.1). */
public final class BearerToken {
    private static final String SCHEME = "Bearer ";

    private BearerToken() {}

    /** @param lines every Authorization header of the request; two say two things, and count as none */
    public static Optional<String> in(List<String> lines) {
        return lines.size() == 1 && lines.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(lines.get(0).substring(SCHEME.length()).strip()).filter(token -> !token.isEmpty())
                : Optional.empty();
    }
}

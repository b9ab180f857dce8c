package dev.portcullis.auth.session;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Which tokens are revoked.
 *
 * @param key in the rows of a user; there is one for all tokens that were issued before a time
 * @param issuedBefore milliseconds; empty where it may be any time
 */
public record TokenScope(Kind kind, String key, Optional<Long> issuedBefore) {
    /** The key of a user's tokens that were issued before a time. It comes before the other keys of the user. */
    static final String BEFORE = "before";

    enum Kind {
        TOKEN,
        FAMILY,
        ISSUED_BEFORE
    }

    /** @param tokenId {@code jti}, or the hash of what is signed */
    public static TokenScope token(String tokenId) {
        return new TokenScope(Kind.TOKEN, "jti:" + encoded(tokenId), Optional.empty());
    }

    /** All tokens of a login. */
    public static TokenScope family(String sid) {
        return new TokenScope(Kind.FAMILY, "sid:" + encoded(sid), Optional.empty());
    }

    /** @param time milliseconds */
    public static TokenScope issuedBefore(long time) {
        return new TokenScope(Kind.ISSUED_BEFORE, BEFORE, Optional.of(time));
    }

    /** Ids are any text, and keys printable ASCII. */
    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }
}

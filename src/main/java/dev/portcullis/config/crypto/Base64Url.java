package dev.portcullis.config.crypto;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** Base64url without padding (RFC 4648 section 5; RFC 7515 section 2). */
public final class Base64Url {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final SecureRandom RANDOM = new SecureRandom();

    private Base64Url() {}

    public static String encode(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    /** So many random bytes, which can't be guessed (CWE-330). */
    public static String random(int bytes) {
        byte[] drawn = new byte[bytes];
        RANDOM.nextBytes(drawn);
        return encode(drawn);
    }

    /** Accepts only one encoding of each value: a second one would have another hash (RFC 4648 section 3.5). */
    public static Optional<byte[]> decode(String text) {
        if (text.isEmpty() || text.length() % 4 == 1 || !text.chars().allMatch(Base64Url::isInAlphabet)) {
            return Optional.empty();
        }
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        return encode(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
    }

    private static boolean isInAlphabet(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}

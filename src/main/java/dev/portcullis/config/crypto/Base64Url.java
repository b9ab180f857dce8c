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
        int length = text.length();
        if (length == 0 || length % 4 == 1) {
            return Optional.empty();
        }
        int last = 0;
        for (int i = 0; i < length; i++) {
            last = valueOf(text.charAt(i));
            if (last < 0) {
                return Optional.empty();
            }
        }
        return (last & unusedBits(length)) == 0
                ? Optional.of(Base64.getUrlDecoder().decode(text))
                : Optional.empty();
    }

    /** The bits of the last character that belong to no byte. */
    private static int unusedBits(int length) {
        return switch (length % 4) {
            case 2 -> 0b1111;
            case 3 -> 0b11;
            default -> 0;
        };
    }

    /** The six bits that a character stands for; negative if it stands for none. */
    private static int valueOf(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
    }
}

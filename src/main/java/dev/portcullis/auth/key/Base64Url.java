package dev.portcullis.auth.key;

import java.util.Base64;
import java.util.Optional;

/** Reads base64url without padding, strictly (RFC 7515 section 2). */
public final class Base64Url {
    private Base64Url() {}

    /** Accepts only one encoding of each value: a second one would have another hash (RFC 4648 section 3.5). */
    public static Optional<byte[]> decode(String text) {
        if (text.isEmpty() || text.length() % 4 == 1 || !text.chars().allMatch(Base64Url::isInAlphabet)) {
            return Optional.empty();
        }
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        boolean canonical =
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text);
        return canonical ? Optional.of(bytes) : Optional.empty();
    }

    private static boolean isInAlphabet(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}

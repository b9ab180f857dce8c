package dev.portcullis.config.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of texts, as UTF-8. */
public final class Sha256 {
    private Sha256() {}

    /** A digest for text in parts. */
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    public static byte[] of(String text) {
        return begin().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** 43 characters that replace a text which must not be stored or is too long for a name. */
    public static String base64Url(String text) {
        return Base64Url.encode(of(text));
    }
}

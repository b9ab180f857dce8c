package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.Hkdf;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Marks the lines of this node: an HMAC-SHA256 over each, with a key that only this node has. A signature covers the lines
 * before a checkpoint; without this field, a line behind the last one could be from anyone.
 */
final class LineMac {
    private static final byte[] FIELD = ",\"mac\":\"".getBytes(US_ASCII);
    private static final int BYTES = 16;
    private static final int DIGITS = 22;
    private static final int LENGTH = FIELD.length + DIGITS + 1;

    private final byte[] key;

    LineMac(byte[] key) {
        this.key = key.clone();
    }

    /** @param body the bytes of the line before this field */
    String of(byte[] body) {
        return Base64Url.encode(Arrays.copyOf(Hkdf.hmac(key, body), BYTES));
    }

    /** Whether an intact line, without its line break, was written with this key. */
    boolean isOf(byte[] line) {
        int at = line.length - ChainLine.TAIL - LENGTH;
        if (at < 0 || !Arrays.equals(line, at, at + FIELD.length, FIELD, 0, FIELD.length)) {
            return false;
        }
        byte[] found = Arrays.copyOfRange(line, at + FIELD.length, at + FIELD.length + DIGITS);
        return MessageDigest.isEqual(of(Arrays.copyOf(line, at)).getBytes(US_ASCII), found);
    }
}

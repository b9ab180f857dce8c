package dev.portcullis.config.crypto;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256 (RFC 5869): makes independent keys of one secret, so that none of them tells another. */
public final class Hkdf {
    private static final String HMAC = "HmacSHA256";
    private static final int HASH_BYTES = 32;

    private final byte[] pseudorandomKey;

    private Hkdf(byte[] pseudorandomKey) {
        this.pseudorandomKey = pseudorandomKey;
    }

    /** The step "extract" (section 2.2). */
    public static Hkdf extract(byte[] salt, byte[] secret) {
        return new Hkdf(hmac(salt.length == 0 ? new byte[HASH_BYTES] : salt, secret));
    }

    /** A key of 32 bytes for one purpose. */
    public byte[] key(String purpose) {
        return expand(purpose.getBytes(StandardCharsets.UTF_8), HASH_BYTES);
    }

    /** The step "expand" (section 2.3). */
    byte[] expand(byte[] info, int length) {
        if (length > 255 * HASH_BYTES) {
            throw new IllegalArgumentException("HKDF gives at most 255 blocks");
        }
        byte[] all = new byte[length];
        byte[] block = new byte[0];
        for (int done = 0, count = 1; done < length; done += HASH_BYTES, count++) {
            block = hmac(pseudorandomKey, block, info, new byte[] {(byte) count});
            System.arraycopy(block, 0, all, done, Math.min(HASH_BYTES, length - done));
        }
        return all;
    }

    /** HMAC-SHA256 of the parts, one behind the other. */
    public static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            Arrays.stream(parts).forEach(mac::update);
            return mac.doFinal();
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", impossible);
        }
    }
}

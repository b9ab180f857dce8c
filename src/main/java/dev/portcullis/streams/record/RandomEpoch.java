package dev.portcullis.streams.record;

import java.security.SecureRandom;
import java.util.Base64;

/** Names epochs by 96 random bits, so that no two stores, and no two runs of a store, use the same name. */
public final class RandomEpoch {
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomEpoch() {}

    public static String next() {
        byte[] bits = new byte[12];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}

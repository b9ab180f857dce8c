package dev.portcullis.streams.record;

import dev.portcullis.config.crypto.Base64Url;

/** Names epochs by 96 random bits, so that no two stores, and no two runs of a store, use the same name. */
public final class RandomEpoch {
    private RandomEpoch() {}

    public static String next() {
        return Base64Url.random(12);
    }
}

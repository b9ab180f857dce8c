package dev.portcullis.broadcast;

import dev.portcullis.config.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** Hashes a frame's body as the client sent it, before sanitising. The hash shows whether a repeated frame is the same one. */
final class BodyHash {
    private static final int BYTES = 16;

    private final MessageDigest digest = Sha256.begin();

    BodyHash add(String part) {
        return add(part.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a part. Its length comes first, so that a character moved from one part to the next changes the hash. */
    BodyHash add(byte[] part) {
        digest.update((byte) (part.length >> 16));
        digest.update((byte) (part.length >> 8));
        digest.update((byte) part.length);
        digest.update(part);
        return this;
    }

    byte[] end() {
        return Arrays.copyOf(digest.digest(), BYTES);
    }
}

package dev.portcullis.kit;

import dev.portcullis.config.crypto.Sha256;
import java.nio.ByteBuffer;

/** What a client does for a header Proof-Of-Work. */
public final class Work {
    private Work() {}

    /** @param header its value */
    public static String on(String header) {
        String[] parts = header.split("\";bits=", 2);
        return on(parts[0].substring(1), Integer.parseInt(parts[1]));
    }

    public static String on(String challenge, int bits) {
        return challenge + ":" + numberOf(challenge, bits);
    }

    /** The first that fits. */
    public static long numberOf(String challenge, int bits) {
        long number = 0;
        while (bitsOf(challenge + ":" + number) < bits) {
            number++;
        }
        return number;
    }

    /** How many bits of work a proof shows. */
    public static int bitsOf(String proof) {
        return Long.numberOfLeadingZeros(ByteBuffer.wrap(Sha256.of(proof)).getLong());
    }
}

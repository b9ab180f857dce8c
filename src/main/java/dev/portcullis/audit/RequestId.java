package dev.portcullis.audit;

import java.util.concurrent.ThreadLocalRandom;

/** Identifies one refusal in its answer and in the log. It protects nothing, so it need not be unguessable. */
public final class RequestId {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LENGTH = 12;

    private RequestId() {}

    /** 60 random bits in an alphabet without easily confused characters. */
    public static String next() {
        long bits = ThreadLocalRandom.current().nextLong();
        char[] id = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            id[i] = ALPHABET.charAt((int) (bits >>> (5 * i)) & 31);
        }
        return new String(id);
    }
}

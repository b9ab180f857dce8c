package dev.portcullis.client.bench;

import java.util.concurrent.ThreadLocalRandom;

/** A time in nanoseconds, written so that no content policy touches it: 16 hexadecimal digits. */
final class Stamp {
    static final int LENGTH = 16;
    private static final long BEGIN = System.nanoTime();

    private Stamp() {}

    /** Nanoseconds, never negative: what {@code System.nanoTime} counts from is nobody's business. */
    static long now() {
        return System.nanoTime() - BEGIN;
    }

    /** Padded with a letter; no mention, link, tag or word that a filter could know. */
    static String content(long nanos, int size) {
        return hex(nanos) + "x".repeat(Math.max(0, size - LENGTH));
    }

    /** Random behind the time: ids must not collide between runs. */
    static String id(long nanos) {
        return hex(nanos) + "-" + hex(ThreadLocalRandom.current().nextLong());
    }

    /** -1 when there is none at this place. */
    static long read(byte[] bytes, int from, int to) {
        if (to - from < LENGTH) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < from + LENGTH; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static String hex(long value) {
        String digits = Long.toHexString(value);
        return "0".repeat(LENGTH - digits.length()) + digits;
    }
}

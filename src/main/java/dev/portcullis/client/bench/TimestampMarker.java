package dev.portcullis.client.bench;

import java.util.concurrent.ThreadLocalRandom;

/** A time in nanoseconds, written as 16 hexadecimal digits, which no content policy changes. */
final class TimestampMarker {
    static final int LENGTH = 16;
    static final int MAX_ADDRESSES = 26;
    private static final char FIRST_LETTER = 'a';
    private static final long START = System.nanoTime();

    private TimestampMarker() {}

    /** Nanoseconds since this class was loaded: never negative, unlike {@code System.nanoTime}. */
    static long now() {
        return System.nanoTime() - START;
    }

    /**
     * The time, a letter for the address of the sender, and padding: no mention, link, tag or word that a filter could
     * match. The shortest content has no room for the letter.
     */
    static String content(long nanos, int addressIndex, int size) {
        String letter = Character.toString(FIRST_LETTER + addressIndex);
        return (hex(nanos) + letter + "x".repeat(Math.max(0, size - LENGTH - 1))).substring(0, Math.max(LENGTH, size));
    }

    /** The address index in {@link #content}, or -1. */
    static int addressIndex(byte[] bytes, int from, int to) {
        int addressIndex = to - from > LENGTH ? bytes[from + LENGTH] - FIRST_LETTER : -1;
        return addressIndex < MAX_ADDRESSES ? addressIndex : -1;
    }

    /** The time and a random suffix, because ids must not collide between runs. */
    static String id(long nanos) {
        return hex(nanos) + "-" + hex(ThreadLocalRandom.current().nextLong());
    }

    /** The time in these bytes, or -1. */
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

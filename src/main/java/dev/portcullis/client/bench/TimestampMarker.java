package dev.portcullis.client.bench;

import java.util.concurrent.ThreadLocalRandom;

/** A time in nanoseconds, written so that no content policy touches it: 16 hexadecimal digits. */
final class TimestampMarker {
    static final int LENGTH = 16;
    static final int MAX_ADDRESSES = 26;
    private static final char FIRST_MARK = 'a';
    private static final long BEGIN = System.nanoTime();

    private TimestampMarker() {}

    /** Nanoseconds, never negative: what {@code System.nanoTime} counts from is nobody's business. */
    static long now() {
        return System.nanoTime() - BEGIN;
    }

    /**
     * The time, a letter for the place it was sent from, and padding: no mention, link, tag or word that a filter could
     * know. There is no room for the letter in the shortest.
     */
    static String content(long nanos, int place, int size) {
        String letter = Character.toString(FIRST_MARK + place);
        return (hex(nanos) + letter + "x".repeat(Math.max(0, size - LENGTH - 1))).substring(0, Math.max(LENGTH, size));
    }

    /** The place that {@link #content} names, or -1. */
    static int addressIndex(byte[] bytes, int from, int to) {
        int place = to - from > LENGTH ? bytes[from + LENGTH] - FIRST_MARK : -1;
        return place < MAX_ADDRESSES ? place : -1;
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

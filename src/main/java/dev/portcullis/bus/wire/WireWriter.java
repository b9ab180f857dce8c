package dev.portcullis.bus.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes values to bytes. */
final class WireWriter {
    private static final int FIRST = 256;
    private static final int LENGTH = Integer.BYTES;

    private byte[] bytes = new byte[FIRST];
    private int at;

    void octet(int value) {
        ensure(1);
        bytes[at++] = (byte) value;
    }

    /** Seven bits per byte, lowest first: small counts and lengths take one byte. */
    void count(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
    }

    /** Written as a count, with the sign in the lowest bit. */
    void number(long value) {
        count((value << 1) ^ (value >> 63));
    }

    void text(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    void bytes(byte[] value) {
        count(value.length);
        ensure(value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
        at += value.length;
    }

    /** Begins a section that starts with its length. */
    int begin() {
        ensure(LENGTH);
        at += LENGTH;
        return at;
    }

    void end(int start) {
        int length = at - start;
        for (int i = 1; i <= LENGTH; i++) {
            bytes[start - i] = (byte) length;
            length >>>= Byte.SIZE;
        }
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, at);
    }

    private void ensure(int more) {
        if (bytes.length - at < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + more));
        }
    }
}

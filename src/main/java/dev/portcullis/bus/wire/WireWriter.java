package dev.portcullis.bus.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are being written. */
final class WireWriter {
    private static final int FIRST = 256;
    private static final int LENGTH = Integer.BYTES;

    private byte[] bytes = new byte[FIRST];
    private int at;

    void octet(int value) {
        ensure(1);
        bytes[at++] = (byte) value;
    }

    /** Seven bits a byte, the lowest first: small counts and lengths take one byte. */
    void count(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
    }

    /** As a count, its sign in the lowest bit. */
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

    /** Begins a part that says how long it is. */
    int begin() {
        ensure(LENGTH);
        at += LENGTH;
        return at;
    }

    void end(int begun) {
        int length = at - begun;
        for (int i = 1; i <= LENGTH; i++) {
            bytes[begun - i] = (byte) length;
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

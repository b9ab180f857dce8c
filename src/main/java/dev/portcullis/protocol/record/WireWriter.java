package dev.portcullis.protocol.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes values to bytes: a record as its length and then its components, a list as its size and then its values. */
final class WireWriter implements RecordWriter {
    private static final int FIRST = 256;
    private static final int LENGTH = Integer.BYTES;

    private byte[] bytes = new byte[FIRST];
    private int at;

    @Override
    public void flag(boolean value) {
        octet(value ? 1 : 0);
    }

    @Override
    public void present(boolean present) {
        flag(present);
    }

    @Override
    public void beginList(int size) {
        count(size);
    }

    @Override
    public void endList() {} // its size says where it ends

    void octet(int value) {
        ensure(1);
        bytes[at++] = (byte) value;
    }

    /** Seven bits per byte, lowest first: small counts and lengths take one byte. */
    private void count(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
    }

    /** Written as a count, with the sign in the lowest bit. */
    @Override
    public void number(long value) {
        count((value << 1) ^ (value >> 63));
    }

    @Override
    public void text(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void bytes(byte[] value) {
        count(value.length);
        ensure(value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
        at += value.length;
    }

    @Override
    public int beginRecord(int components) {
        ensure(LENGTH);
        at += LENGTH;
        return at;
    }

    @Override
    public void endRecord(int begin) {
        int length = at - begin;
        for (int i = 1; i <= LENGTH; i++) {
            bytes[begin - i] = (byte) length;
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

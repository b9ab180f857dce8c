package dev.portcullis.bus.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are being read. A length is compared with what is left before anything is made of it (CWE-789). */
final class WireReader {
    private final byte[] bytes;
    private int at;
    private int end;

    WireReader(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    boolean isEmpty() {
        return at == end;
    }

    int octet() throws MalformedWireException {
        need(1);
        return bytes[at++];
    }

    long count() throws MalformedWireException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = octet();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedWireException("a number without an end");
    }

    long number() throws MalformedWireException {
        long value = count();
        return (value >>> 1) ^ -(value & 1);
    }

    /** How many values follow, of which each takes a byte at least. */
    int size() throws MalformedWireException {
        long size = count();
        if (size < 0 || size > end - at) {
            throw new MalformedWireException("longer than what is left");
        }
        return (int) size;
    }

    String text() throws MalformedWireException {
        int length = size();
        String value = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return value;
    }

    byte[] bytes() throws MalformedWireException {
        int length = size();
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }

    /** Narrows itself to the part that begins here; returns where it ended before, for {@link #leave}. */
    int enter() throws MalformedWireException {
        need(Integer.BYTES);
        int length = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            length = (length << Byte.SIZE) | (bytes[at++] & 0xFF);
        }
        if (length < 0 || length > end - at) {
            throw new MalformedWireException("longer than what is left");
        }
        int outer = end;
        end = at + length;
        return outer;
    }

    /** Skips what is left of the part: a newer sender may say more than we know. */
    void leave(int outer) {
        at = end;
        end = outer;
    }

    private void need(int count) throws MalformedWireException {
        if (end - at < count) {
            throw new MalformedWireException("ends too early");
        }
    }
}

package dev.portcullis.bus.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads values from bytes. Compares a length with what is left before it allocates for it (CWE-789). */
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

    /** Reads the number of the values that follow; each takes at least one byte. */
    int size() throws MalformedWireException {
        long size = count();
        if (size < 0 || size > end - at) {
            throw new MalformedWireException("longer than the bytes left");
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

    /** Narrows the reader to the section that begins here. Returns the previous end, for {@link #leave}. */
    int enter() throws MalformedWireException {
        need(Integer.BYTES);
        int length = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            length = (length << Byte.SIZE) | (bytes[at++] & 0xFF);
        }
        if (length < 0 || length > end - at) {
            throw new MalformedWireException("longer than the bytes left");
        }
        int outer = end;
        end = at + length;
        return outer;
    }

    /** Skips the rest of the section: a newer sender may write more components. */
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

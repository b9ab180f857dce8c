package dev.portcullis.protocol.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads values from bytes. Compares a length with what is left before it allocates for it (CWE-789). */
final class WireReader implements RecordReader {
    private final byte[] bytes;
    private int at;
    private int end;

    WireReader(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    @Override
    public boolean isEmpty() {
        return at == end;
    }

    int octet() throws MalformedRecordException {
        need(1);
        return bytes[at++];
    }

    @Override
    public boolean flag() throws MalformedRecordException {
        return octet() != 0;
    }

    @Override
    public boolean present() throws MalformedRecordException {
        return flag();
    }

    @Override
    public void list(Item item) throws MalformedRecordException {
        int size = size();
        for (int i = 0; i < size; i++) {
            item.read();
        }
    }

    private long count() throws MalformedRecordException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = octet();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedRecordException("a number without an end");
    }

    @Override
    public long number() throws MalformedRecordException {
        long value = count();
        return (value >>> 1) ^ -(value & 1);
    }

    /** Reads the number of the values that follow; each takes at least one byte. */
    private int size() throws MalformedRecordException {
        long size = count();
        if (size < 0 || size > end - at) {
            throw new MalformedRecordException("longer than the bytes left");
        }
        return (int) size;
    }

    @Override
    public String text() throws MalformedRecordException {
        int length = size();
        String value = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return value;
    }

    @Override
    public byte[] bytes() throws MalformedRecordException {
        int length = size();
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }

    /** Narrows the reader to the record that begins here. Returns the previous end. */
    @Override
    public int enterRecord(int components) throws MalformedRecordException {
        need(Integer.BYTES);
        int length = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            length = (length << Byte.SIZE) | (bytes[at++] & 0xFF);
        }
        if (length < 0 || length > end - at) {
            throw new MalformedRecordException("longer than the bytes left");
        }
        int outer = end;
        end = at + length;
        return outer;
    }

    @Override
    public void leaveRecord(int entered) {
        at = end;
        end = entered;
    }

    private void need(int count) throws MalformedRecordException {
        if (end - at < count) {
            throw new MalformedRecordException("ends too early");
        }
    }
}

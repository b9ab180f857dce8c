package dev.portcullis.streams.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Builds a stored value. Its version comes first, so that a later release knows what it reads. */
public final class RowWriter {
    static final byte VERSION = 1;

    private ByteBuffer row;

    public RowWriter(int sizeHint) {
        this(ByteBuffer.allocate(sizeHint + 1).put(VERSION));
    }

    /** Begins a row whose form has changed since the first version. */
    static RowWriter version(byte version, int sizeHint) {
        return new RowWriter(ByteBuffer.allocate(sizeHint + 1).put(version));
    }

    private RowWriter(ByteBuffer row) {
        this.row = row;
    }

    /** Begins the rest of a row whose beginning, with the version, is written elsewhere. */
    static RowWriter part(int sizeHint) {
        return new RowWriter(ByteBuffer.allocate(sizeHint));
    }

    public RowWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    RowWriter bytes(byte[] value) {
        room(Short.BYTES + value.length).putShort((short) value.length).put(value);
        return this;
    }

    public RowWriter number(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    RowWriter octet(int value) {
        room(1).put((byte) value);
        return this;
    }

    public byte[] end() {
        return end(new byte[0]);
    }

    /** Ends the row with bytes without a length. */
    byte[] end(byte[] rest) {
        byte[] all = new byte[row.position() + rest.length];
        System.arraycopy(row.array(), 0, all, 0, row.position());
        System.arraycopy(rest, 0, all, row.position(), rest.length);
        return all;
    }

    private ByteBuffer room(int bytes) {
        if (row.remaining() < bytes) {
            row = ByteBuffer.allocate(2 * row.capacity() + bytes).put(row.flip());
        }
        return row;
    }
}

package dev.portcullis.streams.record;

import dev.portcullis.store.StoreFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads a stored value in the order in which {@link RowWriter} built it. */
public final class RowReader {
    private final ByteBuffer row;
    private final byte version;

    public RowReader(byte[] row) {
        this(row, RowWriter.VERSION);
    }

    /** @param newest the newest version of such rows that this release knows; it knows all earlier ones too */
    RowReader(byte[] row, byte newest) {
        this.row = ByteBuffer.wrap(row);
        this.version = row.length == 0 ? 0 : this.row.get();
        if (version < RowWriter.VERSION || version > newest) {
            throw new StoreFailure("a row was written by another release");
        }
    }

    byte version() {
        return version;
    }

    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        byte[] value = new byte[Short.toUnsignedInt(row.getShort())];
        row.get(value);
        return value;
    }

    int octet() {
        return row.get();
    }

    public long number() {
        return row.getLong();
    }

    byte[] rest() {
        byte[] value = new byte[row.remaining()];
        row.get(value);
        return value;
    }
}

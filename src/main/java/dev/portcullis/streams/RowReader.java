package dev.portcullis.streams;

import dev.portcullis.store.StoreFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Takes a stored value apart, in the order in which {@link RowWriter} built it. */
final class RowReader {
    private final ByteBuffer row;

    RowReader(byte[] row) {
        this.row = ByteBuffer.wrap(row);
        if (row.length == 0 || this.row.get() != RowWriter.VERSION) {
            throw new StoreFailure("a row was written by another release");
        }
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        byte[] value = new byte[Short.toUnsignedInt(row.getShort())];
        row.get(value);
        return value;
    }

    long number() {
        return row.getLong();
    }

    byte[] rest() {
        byte[] value = new byte[row.remaining()];
        row.get(value);
        return value;
    }
}

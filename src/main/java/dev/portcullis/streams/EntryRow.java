package dev.portcullis.streams;

import dev.portcullis.protocol.Position;

/**
 * An entry as it lies in the store.
 *
 * @param stored store time, never lower than that of the entry before; the timestamp is the author's node's
 */
record EntryRow(long stored, Entry entry) {
    byte[] encode() {
        return new RowWriter(48)
                .text(entry.position().epoch())
                .number(stored)
                .number(entry.timestamp())
                .end(entry.body());
    }

    static EntryRow decode(StreamName stream, byte[] key, byte[] value) {
        RowReader row = new RowReader(value);
        Position position = new Position(row.text(), RowKey.seqOf(key));
        return new EntryRow(row.number(), new Entry(stream, position, row.number(), row.rest()));
    }
}

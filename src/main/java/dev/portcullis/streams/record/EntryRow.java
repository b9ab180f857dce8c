package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import java.util.Optional;

/**
 * An entry as a row of the store.
 *
 * @param stored store time, never lower than that of the entry before; the entry's timestamp is of the author's node
 */
public record EntryRow(long stored, StreamEntry entry) {
    public byte[] encode() {
        return new RowWriter(48)
                .text(entry.position().epoch())
                .number(stored)
                .number(entry.timestamp())
                .text(entry.bars().map(UserId::value).orElse(""))
                .end(entry.body());
    }

    /** The part of a row that is known before its position: what follows the store time. */
    public static byte[] withoutPosition(AppendRequest append) {
        return RowWriter.part(24)
                .number(append.timestamp())
                .text(append.bars().map(UserId::value).orElse(""))
                .end(append.body());
    }

    public static EntryRow decode(StreamName stream, long seq, byte[] value) {
        RowReader row = new RowReader(value);
        Position position = new Position(row.text(), seq);
        long stored = row.number();
        long timestamp = row.number();
        Optional<UserId> bars =
                Optional.of(row.text()).filter(user -> !user.isEmpty()).map(UserId::new);
        return new EntryRow(stored, new StreamEntry(stream, position, timestamp, row.rest(), bars, 0));
    }
}

package dev.portcullis.streams.unarchived;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.StreamEpochs;
import java.util.List;
import java.util.Optional;

/**
 * The oldest entries of a stream that the archive does not have, read at one moment.
 *
 * @param archived the position up to which the archive has the stream, as far as the store was told; at seq 0 if it has nothing
 * @param formerEpochs the last positions of former epochs
 * @param rows the entries in their order. Entries are missing in front of them, if the store no longer has them
 * @param more whether there are further entries
 * @param own the retention that was set for this stream
 * @param hidden the highest seq that is beyond the retention of the stream, or was once, as far as the store knows; 0 if none
 */
public record UnarchivedPart(
        StreamName stream,
        Position archived,
        Position head,
        List<Position> formerEpochs,
        List<EntryRow> rows,
        boolean more,
        OwnRetention own,
        long hidden) {

    /** The highest seq up to which the stream has what a reader of this position has; empty if its epoch is not known. */
    public Optional<Long> reached(Position position) {
        return new StreamEpochs(head, formerEpochs).reached(position);
    }

    /** The bytes of the entries. */
    public long bytes() {
        return rows.stream().mapToLong(row -> row.encode().length).sum();
    }
}

package dev.portcullis.streams.unarchived;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.StreamMeta;
import java.util.List;

/**
 * The oldest entries of a stream that the archive does not have, read at one moment.
 *
 * @param archived the position up to which the archive has the stream, as far as the store was told; at seq 0 if it has nothing
 * @param formerEpochs the last positions of former epochs
 * @param rows the entries in their order. Entries are missing in front of them, if the store no longer has them
 * @param more whether there are further entries
 */
public record UnarchivedPart(
        StreamName stream,
        Position archived,
        Position head,
        List<Position> formerEpochs,
        List<EntryRow> rows,
        boolean more) {

    /** The highest seq up to which the stream has what a reader of this position has; 0 if its epoch is not known. */
    public long reached(Position position) {
        return StreamMeta.reached(head, formerEpochs, position);
    }

    /** The bytes of the entries. */
    public long bytes() {
        return rows.stream().mapToLong(row -> row.encode().length).sum();
    }
}

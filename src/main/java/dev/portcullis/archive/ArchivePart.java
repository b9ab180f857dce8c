package dev.portcullis.archive;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.util.List;

/**
 * A part of a stream on its way to the archive.
 *
 * @param from the archive's position of the stream when the part was read; {@link ArchiveStore#NOTHING} if it had none
 * @param shared the highest seq up to which the archive and the stream have the same entries; lower than that of {@code from} if
 * the store has lost entries which the archive has
 * @param rows the entries after {@code shared} as the stream has them now, in their order; entries that the stream lost before
 * the archive had them are missing
 */
public record ArchivePart(StreamName stream, Position from, long shared, List<EntryRow> rows) {
    public ArchivePart {
        if (rows.isEmpty() || shared > from.seq() || firstSeq(rows) <= shared) {
            throw new IllegalArgumentException("a part has entries, which come after those that are shared");
        }
    }

    /** The archive's position of the stream once it has the part. */
    public Position to() {
        return rows.get(rows.size() - 1).entry().position();
    }

    private static long firstSeq(List<EntryRow> rows) {
        return rows.get(0).entry().position().seq();
    }
}

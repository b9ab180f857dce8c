package dev.portcullis.archive;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import java.util.List;

/**
 * A part of a stream on its way to the archive.
 *
 * @param from the archive's position of the stream when the part was read; {@link ArchiveStore#NOTHING} if it had none
 * @param shared the highest seq up to which the archive and the stream have the same entries; lower than that of {@code from} if
 * the store has lost entries which the archive has
 * @param rows the entries after {@code shared} as the stream has them now, in their order; entries that the stream lost before
 * the archive had them are missing
 * @param retention what is kept of the stream from this part on
 * @param hidden the highest seq that is beyond the retention of the stream, or was once
 */
public record ArchivePart(
        StreamName stream, Position from, long shared, List<EntryRow> rows, StreamRetention retention, long hidden) {
    public ArchivePart {
        if (rows.isEmpty() || shared > from.seq() || firstSeq(rows) <= shared) {
            throw new IllegalArgumentException("a part has entries, which come after those that are shared");
        }
    }

    /** A part of a stream of which nothing more is hidden than the retention says. */
    public ArchivePart(StreamName stream, Position from, long shared, List<EntryRow> rows, StreamRetention retention) {
        this(stream, from, shared, rows, retention, 0);
    }

    /** A part of a stream whose retention has no bounds. */
    public ArchivePart(StreamName stream, Position from, long shared, List<EntryRow> rows) {
        this(stream, from, shared, rows, StreamRetention.NONE);
    }

    /** These entries of the part, as a part from another position on. */
    public ArchivePart of(Position newFrom, long newShared, List<EntryRow> some) {
        return new ArchivePart(stream, newFrom, newShared, some, retention, hidden);
    }

    /**
     * The seq up to which the archive and a stream have the same entries. An epoch that the stream has forgotten says nothing: then
     * what the store was told is shared, since both come from the same state of the store.
     *
     * @param archived the archive's position of the stream
     */
    static long shared(UnarchivedPart part, Position archived) {
        return part.reached(archived).orElseGet(() -> Math.min(part.archived().seq(), archived.seq()));
    }

    /** Whether the archive lacks entries that the store was told it has: it was restored to an earlier state. */
    static boolean lost(UnarchivedPart part, Position archived) {
        return shared(part, archived) < part.archived().seq();
    }

    /** How many entries before this part the archive will never get. */
    long missing() {
        return firstSeq(rows) - shared - 1;
    }

    /** How many bytes the store counted for the entries. */
    long bytes() {
        return rows.stream().mapToLong(row -> row.length()).sum();
    }

    /** The archive's position of the stream once it has the part. */
    public Position to() {
        return rows.get(rows.size() - 1).entry().position();
    }

    private static long firstSeq(List<EntryRow> rows) {
        return rows.get(0).entry().position().seq();
    }
}

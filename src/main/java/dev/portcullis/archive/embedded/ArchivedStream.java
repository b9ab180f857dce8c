package dev.portcullis.archive.embedded;

import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.record.RowReader;
import dev.portcullis.streams.record.RowWriter;
import org.jspecify.annotations.Nullable;

/**
 * The record of a stream, beside its entries.
 *
 * @param head the archive's position of the stream
 * @param first no entry has a lower seq; above the head where the archive has no entry
 * @param hour the hour of the newest entry, which the table of hours then has; {@link #NO_HOUR} if it has none
 * @param retention what is kept of the stream
 * @param hidden the highest seq that was beyond the retention once: no read returns it
 * @param due the store time of the stream's row in the table of what is due; {@link #NEVER} if it has none
 */
record ArchivedStream(Position head, long first, long hour, StreamRetention retention, long hidden, long due) {
    static final long NO_HOUR = -1;
    static final long NEVER = 0;

    /** Stands where the rows of earlier archives have another number: a row that is read wrongly could remove what is kept. */
    private static final long UNUSED = 0;

    static final ArchivedStream EMPTY =
            new ArchivedStream(ArchiveStore.NOTHING, 1, NO_HOUR, StreamRetention.NONE, 0, NEVER);

    boolean isEmpty() {
        return first > head.seq();
    }

    /** The lowest seq that a read returns. */
    long shown() {
        return Math.max(first, hidden + 1);
    }

    /** The record once it has entries up to a position. */
    ArchivedStream upTo(Position newHead, long newFirst, long newHour) {
        return new ArchivedStream(newHead, newFirst, newHour, retention, hidden, due);
    }

    /** The record whose newest entries are gone. */
    ArchivedStream cut(Position newHead, long newFirst, long newHour) {
        return new ArchivedStream(newHead, newFirst, newHour, retention, Math.min(hidden, newHead.seq()), due);
    }

    ArchivedStream from(long newFirst, long newHour) {
        return new ArchivedStream(head, newFirst, newHour, retention, hidden, due);
    }

    /** What the archive does not have yet is not hidden yet: the part that brings it says so again. */
    ArchivedStream keeping(StreamRetention kept, long upTo) {
        return new ArchivedStream(head, first, hour, kept, Math.max(hidden, Math.min(upTo, head.seq())), due);
    }

    ArchivedStream due(long at) {
        return new ArchivedStream(head, first, hour, retention, hidden, at);
    }

    byte[] encode() {
        return new RowWriter(48)
                .text(head.epoch())
                .number(head.seq())
                .number(first)
                .number(UNUSED)
                .number(hour)
                .number(retention.own().entries())
                .number(retention.own().ageMs())
                .number(retention.kept().entries())
                .number(retention.kept().ageMs())
                .number(hidden)
                .number(due)
                .end();
    }

    static ArchivedStream decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return EMPTY;
        }
        RowReader row = new RowReader(bytes);
        Position head = new Position(row.text(), row.number());
        long first = row.number();
        long unused = row.number();
        return new ArchivedStream(
                head,
                first,
                row.number(),
                new StreamRetention(
                        new OwnRetention(row.number(), row.number()), new Retention(row.number(), row.number())),
                row.number(),
                row.number());
    }
}

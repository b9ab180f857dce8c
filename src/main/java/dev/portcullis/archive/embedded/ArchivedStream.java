package dev.portcullis.archive.embedded;

import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.record.RowReader;
import dev.portcullis.streams.record.RowWriter;
import org.jspecify.annotations.Nullable;

/**
 * The record of a stream, beside its entries.
 *
 * @param head the archive's position of the stream
 * @param first no entry has a lower seq; above the head where the archive has no entry
 * @param early the highest seq of an amendment that came before its part; 0 if there was none
 * @param hour the hour of the newest entry, which the table of hours then has; {@link #NO_HOUR} if it has none
 */
record ArchivedStream(Position head, long first, long early, long hour) {
    static final long NO_HOUR = -1;
    static final ArchivedStream EMPTY = new ArchivedStream(ArchiveStore.NOTHING, 1, 0, NO_HOUR);

    boolean isEmpty() {
        return first > head.seq();
    }

    /** The record once it has entries up to a position. */
    ArchivedStream upTo(Position newHead, long newFirst, long newHour) {
        return new ArchivedStream(newHead, newFirst, early > newHead.seq() ? early : 0, newHour);
    }

    ArchivedStream from(long newFirst, long newHour) {
        return new ArchivedStream(head, newFirst, early, newHour);
    }

    ArchivedStream withEarly(long seq) {
        return new ArchivedStream(head, first, Math.max(early, seq), hour);
    }

    byte[] encode() {
        return new RowWriter(48)
                .text(head.epoch())
                .number(head.seq())
                .number(first)
                .number(early)
                .number(hour)
                .end();
    }

    static ArchivedStream decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return EMPTY;
        }
        RowReader row = new RowReader(bytes);
        return new ArchivedStream(new Position(row.text(), row.number()), row.number(), row.number(), row.number());
    }
}

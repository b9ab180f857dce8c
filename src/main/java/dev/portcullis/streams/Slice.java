package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import java.util.List;

/**
 * Consecutive entries of a stream, as read at one moment.
 *
 * @param head the stream's newest position, with {@code seq} 0 before the first append; for a part of a resume the last
 * position of the part
 * @param exact whether the entries begin right after the position that a resume requested, with nothing missed
 * @param more whether further entries were left out for size
 * @param laneSeq the lane's counter at the stream's last append; 0 where the store has no lane counters
 */
public record Slice(Position head, boolean exact, List<StreamEntry> entries, boolean more, long laneSeq) {

    /** Makes a slice of a store without lane counters. */
    public Slice(Position head, boolean exact, List<StreamEntry> entries, boolean more) {
        this(head, exact, entries, more, 0);
    }

    /** Makes the slice of the entries after a position. */
    public static Slice after(long seq, Position head, List<StreamEntry> entries, boolean more, long laneSeq) {
        boolean exact = entries.isEmpty()
                ? seq == head.seq()
                : entries.get(0).position().seq() == seq + 1;
        return new Slice(head, exact, entries, more, laneSeq);
    }

    /** Makes the slice of the newest entries before a position. */
    public static Slice before(long seq, Position head, List<StreamEntry> entries, boolean more, long laneSeq) {
        boolean exact = Math.min(seq - 1, head.seq()) <= 0 || !entries.isEmpty();
        return new Slice(head, exact, entries, more, laneSeq);
    }

    /** Whether the entry right after {@code seq}, behind which the slice was read, existed but is no longer kept. */
    public boolean lacksEntriesAfter(long seq) {
        return !exact && seq < head.seq();
    }
}

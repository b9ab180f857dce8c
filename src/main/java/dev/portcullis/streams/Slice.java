package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import java.util.List;

/**
 * A part of a stream as it was read.
 *
 * @param head the stream's newest place, {@code seq} 0 where nothing was ever appended; for a part of a resume the
 *     place that it reaches
 * @param exact for a resume: whether the entries begin right after the place asked for, with nothing missed
 * @param more whether entries in the asked direction were left out for size
 * @param laneSeq the lane's counter at the stream's last append; 0 where the store counts none
 */
public record Slice(Position head, boolean exact, List<StreamEntry> entries, boolean more, long laneSeq) {

    /** One of a store that counts no turns. */
    public Slice(Position head, boolean exact, List<StreamEntry> entries, boolean more) {
        this(head, exact, entries, more, 0);
    }

    /** Of one read after that place: whether the stream went on there and what followed at once is no longer kept. */
    public boolean lacksEntriesAfter(long seq) {
        return !exact && seq < head.seq();
    }
}

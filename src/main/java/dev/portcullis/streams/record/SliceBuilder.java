package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects the entries of a read up to its bounds, and builds the slice. */
public final class SliceBuilder {
    private final List<StreamEntry> entries = new ArrayList<>();
    private final Bounds bounds;
    private long bytes;
    private boolean cut;

    public SliceBuilder(Bounds bounds) {
        this.bounds = bounds;
    }

    /** Adds an entry. Returns whether there is room for more. */
    public boolean add(StreamEntry entry) {
        bytes += EntryFrame.length(entry);
        if (!entries.isEmpty() && (entries.size() >= bounds.entries() || bytes > bounds.bytes())) {
            cut = true;
        } else {
            entries.add(entry);
        }
        return !cut;
    }

    /** Marks that the store left out further entries. */
    public void markCut() {
        cut = true;
    }

    /** Builds the slice of entries that were added in ascending order, from after a position. */
    public Slice after(long seq, Position head, long laneSeq) {
        boolean exact = entries.isEmpty()
                ? seq == head.seq()
                : entries.get(0).position().seq() == seq + 1;
        return new Slice(head, exact, List.copyOf(entries), cut, laneSeq);
    }

    /** Builds the slice of entries that were added in descending order, from before a position. */
    public Slice before(long seq, Position head, long laneSeq) {
        Collections.reverse(entries);
        boolean exact = Math.min(seq - 1, head.seq()) <= 0 || !entries.isEmpty();
        return new Slice(head, exact, List.copyOf(entries), cut, laneSeq);
    }
}

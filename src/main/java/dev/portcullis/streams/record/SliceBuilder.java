package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a read takes until it is as large as it may be, and what that makes of it. */
public final class SliceBuilder {
    private final List<StreamEntry> entries = new ArrayList<>();
    private final Bounds bounds;
    private long bytes;
    private boolean cut;

    public SliceBuilder(Bounds bounds) {
        this.bounds = bounds;
    }

    /** Tells whether there is room for more. */
    public boolean take(StreamEntry entry) {
        bytes += EntryFrame.length(entry);
        if (!entries.isEmpty() && (entries.size() >= bounds.entries() || bytes > bounds.bytes())) {
            cut = true;
        } else {
            entries.add(entry);
        }
        return !cut;
    }

    /** Something was left out elsewhere. */
    public void cut() {
        cut = true;
    }

    /** What was taken upwards from behind a place. */
    public Slice after(long place, Position head, long turn) {
        boolean exact = entries.isEmpty()
                ? place == head.seq()
                : entries.get(0).position().seq() == place + 1;
        return new Slice(head, exact, List.copyOf(entries), cut, turn);
    }

    /** What was taken downwards from below a place. */
    public Slice before(long place, Position head, long turn) {
        Collections.reverse(entries);
        boolean exact = Math.min(place - 1, head.seq()) <= 0 || !entries.isEmpty();
        return new Slice(head, exact, List.copyOf(entries), cut, turn);
    }
}

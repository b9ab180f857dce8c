package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Collects entries and their amendments, newest entry first, up to the bounds of a read. The size of the amendments counts too.
 */
public final class LatestBuilder {
    private final List<LatestEntry> entries = new ArrayList<>();
    private final Bounds bounds;
    private long bytes;
    private boolean cut;

    public LatestBuilder(Bounds bounds) {
        this.bounds = bounds;
    }

    /** Adds an entry. Returns whether there is room for more. */
    public boolean add(EntryRow row, Optional<StreamEntry> amendment) {
        bytes += EntryFrame.length(row.entry())
                + amendment.map(EntryFrame::length).orElse(0);
        if (!entries.isEmpty() && (entries.size() >= bounds.entries() || bytes > bounds.bytes())) {
            cut = true;
        } else {
            entries.add(new LatestEntry(row.entry(), row.state(), amendment));
        }
        return !cut;
    }

    /** Marks that the store left out further entries. */
    public void markCut() {
        cut = true;
    }

    public LatestSlice build(Position head) {
        Collections.reverse(entries);
        return new LatestSlice(head, List.copyOf(entries), cut);
    }
}

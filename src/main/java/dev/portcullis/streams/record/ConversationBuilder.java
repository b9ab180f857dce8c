package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Part;
import dev.portcullis.streams.DirectConversation.Read;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Collects the entries of a part of one conversation. The same rules are in conversation.lua. */
public final class ConversationBuilder {
    private final Read read;
    private final Bounds bounds;
    private final List<LatestEntry> entries = new ArrayList<>();
    private long bytes;
    private boolean cut;
    private boolean trimmed;

    public ConversationBuilder(Read read, Bounds bounds) {
        this.read = read;
        this.bounds = bounds;
    }

    /**
     * Takes the next entry of the conversation, in the order of the read. Returns whether there is room for more.
     *
     * @param amendmentOf finds the newest amendment of a message
     */
    public boolean take(EntryRow row, Function<EntryRow, Optional<StreamEntry>> amendmentOf) {
        if (row.isGap()) {
            trimmed = true;
        } else {
            add(row, read.order() == Order.BEFORE ? amendmentOf.apply(row) : Optional.empty());
        }
        return !cut;
    }

    private void add(EntryRow row, Optional<StreamEntry> amendment) {
        bytes += EntryFrame.length(row.entry())
                + amendment.map(EntryFrame::length).orElse(0);
        cut = entries.size() >= bounds.entries() || (!entries.isEmpty() && bytes > bounds.bytes());
        if (!cut) {
            entries.add(new LatestEntry(row.entry(), row.state(), amendment));
        }
    }

    /** @param gap whether entries right behind the position of a read {@code AFTER} it are no longer kept */
    public Part build(Position head, boolean gap) {
        return new Part(head, List.copyOf(entries), cut, gap || trimmed);
    }
}

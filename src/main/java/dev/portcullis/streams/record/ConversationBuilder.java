package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Part;
import dev.portcullis.streams.DirectConversation.Read;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Collects the entries of one conversation out of those of an inbox. The same rules are in conversation.lua. */
public final class ConversationBuilder {
    private final Read read;
    private final Bounds bounds;
    private final int mostLooked;
    private final List<LatestEntry> entries = new ArrayList<>();
    private long bytes;
    private long looked;
    private long reached;
    private boolean any;
    private boolean cut;
    private boolean unread;
    private boolean trimmed;

    /** @param mostLooked after how many bytes of entries, of this conversation or not, the read ends */
    public ConversationBuilder(Read read, Bounds bounds, int mostLooked) {
        this.read = read;
        this.bounds = bounds;
        this.mostLooked = mostLooked;
        this.reached = read.seq();
    }

    /**
     * Takes the next entry of the inbox, in the order of the read. Returns whether there is room for more.
     *
     * @param amendmentOf the newest amendment of a message
     */
    public boolean look(EntryRow row, Function<EntryRow, Optional<StreamEntry>> amendmentOf) {
        long seq = row.entry().position().seq();
        if (any && looked >= mostLooked) {
            unread = true;
            return false;
        }
        any = true;
        looked += row.entry().body().length;
        trimmed |= read.order() == Order.AFTER
                && row.isGap()
                && row.message()
                        .filter(of -> of.author().equals(read.of().other()))
                        .isPresent();
        if (isShown(row)) {
            add(row, read.order() == Order.BEFORE ? amendmentOf.apply(row) : Optional.empty());
        }
        if (!cut) {
            reached = seq;
        }
        return !cut;
    }

    private boolean isShown(EntryRow row) {
        return (read.order() == Order.AFTER || row.state() != EntryState.AMENDMENT)
                && read.of().contains(row.entry());
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
        return new Part(head, List.copyOf(entries), reached, cut, unread, gap || trimmed);
    }
}

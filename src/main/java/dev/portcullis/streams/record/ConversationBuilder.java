package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.Conversations;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Part;
import dev.portcullis.streams.DirectConversation.Read;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Collects the entries of a part of one conversation, some rows of the conversation at a time. */
public final class ConversationBuilder {
    private static final int ROWS_AT_ONCE = 64;

    private final Read read;
    private final Bounds bounds;
    private final BoundedPart<LatestEntry> part;
    private long at;
    private boolean trimmed;
    private boolean stopped;
    private boolean last;

    public ConversationBuilder(Read read, Bounds bounds) {
        this.read = read;
        this.bounds = bounds;
        this.part = new BoundedPart<>(bounds, LatestEntry::length);
        this.at = read.seq();
    }

    /** The rows of the conversation that are needed next. */
    public RowRange next() {
        int limit = Math.min(bounds.entries(), ROWS_AT_ONCE - 1) + 1;
        return new Conversations(read.of().inbox()).of(read.of().other(), read.order(), at, limit);
    }

    /** Takes these rows. Returns the seqs of the entries that are needed, in the order of the read. */
    public List<Long> take(RowRange range, List<Row> rows) {
        last = rows.size() < range.limit();
        if (!rows.isEmpty()) {
            at = Conversations.seqOf(rows.get(rows.size() - 1));
        }
        return rows.stream()
                .filter(row -> read.order() == Order.AFTER || Conversations.isMessage(row))
                .map(Conversations::seqOf)
                .toList();
    }

    /**
     * Takes the next entry.
     *
     * @param entry empty if the entry is no longer kept
     * @param amendmentOf finds the newest amendment of a message
     */
    public void take(Optional<EntryRow> entry, Function<EntryRow, Optional<StreamEntry>> amendmentOf) {
        if (part.isCut() || stopped) {
            return;
        }
        if (entry.isEmpty()) {
            stopped = read.order() == Order.BEFORE; // those before it are not kept either
        } else if (entry.get().isGap()) {
            trimmed |= entry.get().isOf(read.of().other());
        } else {
            part.add(entry.get()
                    .latest(read.order() == Order.BEFORE ? amendmentOf.apply(entry.get()) : Optional.empty()));
        }
    }

    /** Marks that the store left out further entries. */
    public void markCut() {
        part.markCut();
    }

    /** Goes on from the oldest entry that is kept, where the read has not come to it. */
    public void skipTo(long oldest) {
        at = read.order() == Order.AFTER ? Math.max(at, oldest - 1) : at;
    }

    public boolean isOver() {
        return part.isCut() || stopped || last;
    }

    /** @param gap whether entries right behind the position of a read {@code AFTER} it are no longer kept */
    public Part build(Position head, boolean gap) {
        return new Part(head, part.items(), part.isCut(), gap || trimmed);
    }
}

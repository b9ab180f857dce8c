package dev.portcullis.archive.embedded;

import dev.portcullis.archive.AmendedMessage;
import dev.portcullis.protocol.Position;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.ConversationBuilder;
import dev.portcullis.streams.record.EntryRow;
import java.util.Optional;
import java.util.function.LongPredicate;

/** Reads one stream of the archive at one moment. */
final class ArchiveQuery {
    private final ArchiveTables tables;
    private final Reader reader;
    private final StreamName name;
    private final ArchivedStream stream;

    ArchiveQuery(ArchiveTables tables, Reader reader, StreamName name) {
        this.tables = tables;
        this.reader = reader;
        this.name = name;
        this.stream = tables.stream(reader, name);
    }

    Position head() {
        return stream.head();
    }

    Slice after(long after, Bounds bounds) {
        BoundedPart<StreamEntry> part = new BoundedPart<>(bounds, EntryFrame::length);
        LongPredicate adjoins = adjoining(1);
        if (after < head().seq()) {
            tables.scan(reader, name, Math.max(stream.shown(), after + 1), head().seq(), row -> {
                return adjoins(part, adjoins, row) && part.add(row.entry());
            });
        }
        return Slice.after(after, head(), part.items(), part.isCut(), 0);
    }

    LatestSlice latest(long before, Bounds bounds) {
        BoundedPart<LatestEntry> part = new BoundedPart<>(bounds, LatestEntry::length);
        LongPredicate adjoins = adjoining(-1);
        if (before > stream.shown()) {
            tables.scanBack(reader, name, stream.shown(), Math.min(before - 1, head().seq()), row -> {
                return adjoins(part, adjoins, row) && part.add(latest(row));
            });
        }
        return new LatestSlice(head(), part.reversed(), part.isCut());
    }

    /** The entry at a seq, in its latest state; empty for one that no read returns. */
    Optional<LatestEntry> at(long seq) {
        return seq > head().seq() || seq <= stream.hidden()
                ? Optional.empty()
                : tables.entry(reader, name, seq).map(this::latest);
    }

    Optional<StoredMessage> find(String messageId) {
        return tables.message(reader, name, messageId)
                .filter(row -> row.entry().position().seq() > stream.hidden())
                .map(row -> state(row).asMessage(tables.amendments(reader, name, messageId), Optional.empty()));
    }

    DirectConversation.Part conversation(DirectConversation.Read read, Bounds bounds) {
        ConversationBuilder builder = new ConversationBuilder(read, bounds);
        while (!builder.isOver()) {
            RowRange next = builder.next();
            for (long seq : builder.take(next, tables.range(reader, name, next))) {
                if (seq > stream.hidden()) {
                    builder.take(
                            tables.entry(reader, name, seq).map(row -> read.order() == Order.BEFORE ? state(row) : row),
                            row -> amendment(row).map(EntryRow::entry));
                }
            }
        }
        DirectConversation.Part part = builder.build(head(), false);
        return read.order() == Order.AFTER && lacksEntries(read.seq(), part) ? builder.build(head(), true) : part;
    }

    /** Whether the archive lacks an entry between the position and the end of a part. */
    private boolean lacksEntries(long after, DirectConversation.Part part) {
        long behind = Math.max(0, after);
        long last = part.cut() ? lastOf(part).orElse(behind) : head().seq();
        return behind < last
                && (behind + 1 < stream.shown()
                        || tables.holeBehind(reader, name, behind, stream)
                                .filter(first -> first <= last)
                                .isPresent());
    }

    private static Optional<Long> lastOf(DirectConversation.Part part) {
        return part.entries().stream()
                .reduce((before, later) -> later)
                .map(latest -> latest.entry().position().seq());
    }

    LatestEntry latest(EntryRow row) {
        return state(row).latest(amendment(row).map(EntryRow::entry));
    }

    /** The row with the state that it has by the amendments of the archive. */
    private EntryRow state(EntryRow row) {
        if (!isAmended(row)) {
            return row;
        }
        return new AmendedMessage(Optional.of(row), amendment(row).stream().toList())
                .latest()
                .orElseThrow();
    }

    /**
     * The newest amendment of a message. The message names it, unless the archive has not got it yet, or the stream has lost it
     * since; then another entry may be in its place.
     */
    private Optional<EntryRow> amendment(EntryRow row) {
        if (!isAmended(row)) {
            return Optional.empty();
        }
        Optional<String> id = AmendedMessage.idOf(row);
        return Optional.of(row.amendedBy())
                .filter(seq -> seq > 0)
                .flatMap(seq -> tables.entry(reader, name, seq))
                .filter(named -> named.state() == EntryState.AMENDMENT
                        && AmendedMessage.idOf(named).equals(id))
                .or(() -> id.flatMap(each -> tables.amended(reader, name, each).newest()));
    }

    private static boolean isAmended(EntryRow row) {
        return row.state() == EntryState.EDITED || row.state() == EntryState.DELETED;
    }

    /** Whether an entry adjoins the one that was read before it. If not, the part ends before it. */
    private static boolean adjoins(BoundedPart<?> part, LongPredicate adjoins, EntryRow row) {
        if (adjoins.test(row.entry().position().seq())) {
            return true;
        }
        part.markCut();
        return false;
    }

    /** Tells of each seq whether it is one step from the one before. */
    private static LongPredicate adjoining(int step) {
        long[] last = new long[1];
        return seq -> {
            boolean adjoins = last[0] == 0 || seq == last[0] + step;
            last[0] = seq;
            return adjoins;
        };
    }
}

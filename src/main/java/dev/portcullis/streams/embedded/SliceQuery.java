package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.ConversationBuilder;
import dev.portcullis.streams.record.EditPlace;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.StreamMeta;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads slices of one stream at one moment. */
final class SliceQuery {
    private final StreamTables tables;
    private final Reader reader;
    private final StreamName stream;
    private final StreamMeta meta;
    private final long now;

    SliceQuery(StreamTables tables, Reader reader, StreamName stream, long now) {
        this.tables = tables;
        this.reader = reader;
        this.stream = stream;
        this.meta = tables.meta(reader, stream);
        this.now = now;
    }

    private boolean isKept(EntryRow row) {
        return meta.shows(row.entry().position().seq(), row.stored(), now);
    }

    /** The oldest entries that the archive does not have. */
    UnarchivedPart unarchived(OptionalLong after, Bounds bounds) {
        Position archived = meta.archived().orElse(ArchivedHeads.NOTHING);
        BoundedPart<EntryRow> part = new BoundedPart<>(bounds, row -> EntryFrame.length(row.entry()));
        tables.scan(reader, stream, Math.max(meta.first(), after.orElse(archived.seq()) + 1), meta.head(), part::add);
        return new UnarchivedPart(
                stream,
                archived,
                head(),
                meta.formerEpochs(),
                part.items(),
                part.isCut(),
                meta.retention().own(),
                hidden());
    }

    private long hidden() {
        return tables.hidden(reader, stream, meta, now);
    }

    Position head() {
        return meta.position();
    }

    Slice resume(Optional<Position> since, Bounds bounds) {
        Optional<Slice> missed = since.filter(position -> position.seq() >= 0 && meta.contains(position))
                .map(position -> after(position.seq(), bounds))
                .filter(Slice::exact);
        return missed.orElseGet(() -> new Slice(head(), false, List.of(), false));
    }

    Slice after(long after, Bounds bounds) {
        BoundedPart<StreamEntry> part = new BoundedPart<>(bounds, EntryFrame::length);
        if (after < meta.head()) {
            tables.scan(reader, stream, Math.max(meta.first(), after + 1), meta.head(), row -> {
                return !isKept(row) || part.add(row.entry());
            });
        }
        return Slice.after(after, head(), part.items(), part.isCut(), 0);
    }

    Slice before(long before, Bounds bounds) {
        BoundedPart<StreamEntry> part = new BoundedPart<>(bounds, EntryFrame::length);
        tables.scanBack(reader, stream, meta.first(), Math.min(before - 1, meta.head()), row -> {
            return isKept(row) && part.add(row.entry());
        });
        return Slice.before(before, head(), part.reversed(), part.isCut(), 0);
    }

    LatestSlice latest(long before, Bounds bounds) {
        BoundedPart<LatestEntry> part = new BoundedPart<>(bounds, LatestEntry::length);
        tables.scanBack(reader, stream, meta.first(), Math.min(before - 1, meta.head()), row -> {
            return isKept(row) && part.add(row.latest(amendmentOf(row)));
        });
        return new LatestSlice(head(), part.reversed(), part.isCut(), hidden());
    }

    /** The message, if it is among the newest entries and not too old. */
    Optional<StoredMessage> find(String messageId, int searched) {
        Optional<MessageIndexes.Place> found = tables.messages.find(
                stream,
                meta,
                messageId,
                (from, to, visitor) -> tables.scan(reader, stream, from, to, row -> {
                    visitor.accept(row);
                    return true;
                }));
        return found.filter(place -> place.seq() >= meta.first() && place.seq() > meta.head() - searched)
                .flatMap(place -> tables.entry(reader, stream, place.seq())
                        .filter(row -> row.isMessage(messageId) && isKept(row))
                        .map(row -> row.asMessage(
                                place.edits(),
                                tables.keys
                                        .row(reader, RowKeys.editPlace(stream, messageId))
                                        .map(EditPlace::decode))));
    }

    DirectConversation.Part conversation(DirectConversation.Read read, Bounds bounds) {
        ConversationBuilder builder = new ConversationBuilder(read, bounds);
        while (!builder.isOver()) {
            RowRange next = builder.next();
            for (long seq : builder.take(next, tables.rows.range(reader, stream.lane(), next))) {
                builder.take(tables.entry(reader, stream, seq).filter(row -> isKept(row)), this::amendmentOf);
            }
        }
        return builder.build(head(), read.order() == Order.AFTER && isGapBehind(read.seq()))
                .thinned(meta.gaps() > 0);
    }

    /** Whether entries right behind a position are no longer kept. */
    private boolean isGapBehind(long seq) {
        return seq < meta.head()
                && tables.entry(reader, stream, seq + 1)
                        .filter(row -> row.entry().position().seq() >= meta.first() && isKept(row))
                        .isEmpty();
    }

    private Optional<StreamEntry> amendmentOf(EntryRow row) {
        return Optional.of(row.amendedBy())
                .filter(seq -> seq > 0)
                .flatMap(seq -> tables.entry(reader, stream, seq))
                .filter(amendment -> !amendment.isGap())
                .map(EntryRow::entry);
    }
}

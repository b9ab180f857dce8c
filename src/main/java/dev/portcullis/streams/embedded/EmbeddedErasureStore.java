package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.Conversations;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.AuthorChange;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.InboxShares;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.StreamMeta;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Removes deleted users from the streams of a single node, in steps that keep no append waiting for long. */
final class EmbeddedErasureStore implements ErasureStore {
    private static final int STREAMS_AT_ONCE = 64;
    private static final int ROWS_AT_ONCE = 256;
    private static final int BYTES_AT_ONCE = 1 << 20;
    private static final Position NO_RECORD = new Position("", 0);
    private static final Range INBOXES = Range.of("inbox:");
    private static final Range ROOMS = Range.of("room:");

    private final EmbeddedStore store;
    private final StreamTables tables;
    private final RowStore rows;

    /** The keys of the records of one kind of stream. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Range(byte[] first, byte[] end) {
        static Range of(String prefix) {
            byte[] end = prefix.getBytes(StandardCharsets.US_ASCII);
            end[end.length - 1]++;
            return new Range(prefix.getBytes(StandardCharsets.US_ASCII), end);
        }

        Range behind(StreamName stream) {
            return new Range(RowKeys.next(RowKeys.meta(stream)), end);
        }
    }

    EmbeddedErasureStore(EmbeddedStore store, StreamTables tables, RowStore rows) {
        this.rows = rows;
        this.store = store;
        this.tables = tables;
    }

    /** Names the rooms first, then the inboxes. */
    @Override
    public Future<List<StreamName>> streams(Optional<StreamName> after) {
        Optional<StreamName> inbox = after.filter(StreamName::isInbox);
        return inbox.isPresent()
                ? streams(INBOXES.behind(inbox.get()))
                : streams(after.map(ROOMS::behind).orElse(ROOMS))
                        .compose(rooms -> rooms.isEmpty() ? streams(INBOXES) : Future.succeededFuture(rooms));
    }

    private Future<List<StreamName>> streams(Range keys) {
        return store.readInBackground(reader -> {
            List<StreamName> streams = new ArrayList<>();
            reader.scan(tables.metas, keys.first(), keys.end(), (key, value) -> {
                streams.add(RowKeys.streamOf(key));
                return streams.size() < STREAMS_AT_ONCE;
            });
            return streams;
        });
    }

    @Override
    public Future<List<UserId>> conversations(UserId owner, Optional<UserId> after) {
        return new Conversations(StreamName.inbox(owner)).others(rows, after);
    }

    @Override
    public Future<Integer> disown(StreamName stream, Erasure erasure) {
        AuthorChange change = new AuthorChange(erasure);
        return store.readInBackground(reader -> {
                    Parts own = new Parts();
                    if (stream.isInbox()) {
                        eachOfConversation(reader, stream, erasure.user(), row -> own.addIfOf(row, change));
                    } else {
                        eachOfRoom(reader, stream, row -> own.addIfOf(row, change));
                    }
                    return own;
                })
                .compose(own -> disown(stream, change, own, 0).map(own.entries));
    }

    private void eachOfRoom(Reader reader, StreamName room, Consumer<EntryRow> visitor) {
        tables.storedMeta(reader, room)
                .ifPresent(meta -> tables.scan(reader, room, meta.first(), meta.head(), row -> {
                    visitor.accept(row);
                    return true;
                }));
    }

    /** Visits the entries of one conversation. Entries of others in the inbox are not read. */
    private void eachOfConversation(Reader reader, StreamName inbox, UserId other, Consumer<EntryRow> visitor) {
        RowRange all = new Conversations(inbox).of(other, Order.AFTER, 0, Integer.MAX_VALUE);
        tables.rows
                .range(reader, inbox.lane(), all)
                .forEach(row ->
                        tables.entry(reader, inbox, Conversations.seqOf(row)).ifPresent(visitor));
    }

    /** The entries of a user in a stream, in parts that one step each changes. */
    private static final class Parts {
        private final List<List<Long>> parts = new ArrayList<>();
        private int bytes = BYTES_AT_ONCE; // of the last part
        private int entries;

        void addIfOf(EntryRow row, AuthorChange change) {
            if (change.apply(row).isEmpty()) {
                return;
            }
            if (bytes >= BYTES_AT_ONCE || parts.get(parts.size() - 1).size() == ROWS_AT_ONCE) {
                parts.add(new ArrayList<>());
                bytes = 0;
            }
            parts.get(parts.size() - 1).add(row.entry().position().seq());
            bytes += row.entry().body().length;
            entries++;
        }
    }

    private Future<Void> disown(StreamName stream, AuthorChange change, Parts own, int part) {
        return part == own.parts.size()
                ? Future.succeededFuture()
                : store.write(batch -> {
                            disown(batch, stream, change, own.parts.get(part));
                            return part + 1;
                        })
                        .compose(next -> disown(stream, change, own, next));
    }

    private void disown(Batch batch, StreamName stream, AuthorChange change, List<Long> part) {
        List<EntryRow> own = part.stream()
                .flatMap(seq -> tables.entry(batch, stream, seq).stream())
                .filter(row -> change.apply(row).isPresent())
                .toList();
        for (EntryRow row : own) {
            EntryRow changed = change.apply(row).orElseThrow();
            tables.put(batch, changed);
            if (stream.isInbox()) {
                tables.inboxes.replaced(batch, row, changed);
            }
        }
        if (stream.isInbox()) {
            tables.inboxes.forgetBacklog(batch, stream, change.erasure().user());
            tables.inboxes.correspondents.forget(batch, stream, change.erasure().user());
            passShares(batch, stream, change, own);
        }
    }

    /**
     * Passes the user's share to the new author. Without this, the next append to a full inbox would count the shares again, over
     * all entries.
     */
    private void passShares(Batch batch, StreamName inbox, AuthorChange change, List<EntryRow> own) {
        List<Long> counted = own.stream()
                .filter(row -> !row.isGap())
                .map(row -> row.entry().position().seq())
                .toList();
        if (!counted.isEmpty()) {
            InboxShares shares = tables.inboxes.shares(batch, inbox);
            tables.inboxes.put(
                    batch,
                    inbox,
                    shares.given(change.erasure().user(), change.erasure().by(), counted.size(), counted.get(0)));
        }
    }

    @Override
    public Future<Cleared> clear(UserId owner) {
        StreamName inbox = StreamName.inbox(owner);
        return clearEntries(inbox, 0)
                .compose(cleared -> clearBacklogs(inbox)
                        .compose(any -> clearCorrespondents(inbox))
                        .compose(any -> store.write(batch -> {
                            tables.inboxes.delivered(
                                    batch, inbox, tables.meta(batch, inbox).head());
                            return cleared;
                        })));
    }

    private Future<Void> clearCorrespondents(StreamName inbox) {
        return store.write(batch -> tables.inboxes.correspondents.forgetSome(batch, inbox, ROWS_AT_ONCE))
                .compose(more -> more ? clearCorrespondents(inbox) : Future.succeededFuture());
    }

    /** Deletes the entries. The trim of each removes it from the backlog of its author. */
    private Future<Cleared> clearEntries(StreamName inbox, long before) {
        return store.write(batch -> clearSome(batch, inbox))
                .compose(some -> some.entries() > 0
                        ? clearEntries(inbox, before + some.entries())
                        : Future.succeededFuture(new Cleared(before, some.head())));
    }

    private Cleared clearSome(Batch batch, StreamName inbox) {
        Optional<StreamMeta> stored = tables.storedMeta(batch, inbox);
        return stored.filter(meta -> !meta.isEmpty())
                .map(meta -> clearSome(batch, inbox, meta))
                .orElseGet(() -> new Cleared(0, stored.map(StreamMeta::position).orElse(NO_RECORD)));
    }

    private Cleared clearSome(Batch batch, StreamName inbox, StreamMeta meta) {
        long last = Math.min(meta.head(), meta.first() + ROWS_AT_ONCE - 1);
        long gaps = meta.gaps();
        for (long seq = meta.first(); seq <= last; seq++) {
            gaps -= tables.deleteEntry(batch, inbox, seq) ? 1 : 0;
        }
        tables.put(batch, inbox, meta.from(last + 1, gaps));
        return new Cleared(last - meta.first() + 1, meta.position());
    }

    /** Deletes the backlogs that are left: those of senders who are blocked count entries that the inbox never had. */
    private Future<Void> clearBacklogs(StreamName inbox) {
        return store.write(batch -> tables.inboxes.forgetBacklogs(batch, inbox, ROWS_AT_ONCE))
                .compose(more -> more ? clearBacklogs(inbox) : Future.succeededFuture());
    }
}

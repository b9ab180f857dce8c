package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.InboxReader;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.DeliveryRow;
import dev.portcullis.streams.record.StreamMeta;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Keeps the data beside the inboxes of a single node, in its embedded store. */
final class EmbeddedInboxStore implements InboxStore {
    private static final Bounds FIRST = new Bounds(1, 1);

    private final EmbeddedStore store;
    private final StreamTables tables;
    private final LongSupplier ages;

    /** @param ages the clock by which entries and devices grow old */
    EmbeddedInboxStore(EmbeddedStore store, StreamTables tables, LongSupplier ages) {
        this.store = store;
        this.tables = tables;
        this.ages = ages;
    }

    @Override
    public Future<Delivery> open(InboxReader reader, int mostDevices) {
        return reader.device().isEmpty()
                ? store.readFew(view -> delivery(view, reader.inbox()))
                : move(reader, (meta, before) -> before.seen(reader.device(), ages.getAsLong(), mostDevices))
                        .compose(acknowledged -> store.readFew(view -> delivery(
                                new SliceQuery(tables, view, reader.inbox(), ages.getAsLong()), acknowledged)));
    }

    /** Where delivery to the user begins, all of whose devices have one position. */
    Delivery delivery(Reader view, StreamName inbox) {
        SliceQuery query = new SliceQuery(tables, view, inbox, ages.getAsLong());
        return delivery(
                query,
                tables.inboxes.delivery(view, inbox).within(query.head().seq()).acknowledged());
    }

    private static Delivery delivery(SliceQuery query, long acknowledged) {
        List<StreamEntry> first = query.after(acknowledged, FIRST).entries();
        long owedAfter =
                first.isEmpty() ? query.head().seq() : first.get(0).position().seq() - 1;
        return new Delivery(query.head(), acknowledged, owedAfter);
    }

    @Override
    public Future<Long> acknowledge(InboxReader reader, Position upTo, int mostDevices) {
        return move(
                reader,
                (meta, before) ->
                        before.acknowledgedBy(reader.device(), meta.reached(upTo), ages.getAsLong(), mostDevices));
    }

    @Override
    public Future<DirectConversation.Part> conversation(DirectConversation.Read read, Bounds bounds) {
        return query(read.of().inbox(), query -> query.conversation(read, bounds));
    }

    @Override
    public Future<Void> restartBacklog(UserId owner, UserId sender) {
        return store.write(batch -> {
                    tables.inboxes.forgetBacklog(batch, StreamName.inbox(owner), sender);
                    return sender;
                })
                .mapEmpty();
    }

    @Override
    public Future<Boolean> hasWritten(UserId owner, UserId user) {
        return store.readFew(reader -> tables.inboxes.correspondents.has(reader, StreamName.inbox(owner), user));
    }

    private Future<Long> move(InboxReader reader, BiFunction<StreamMeta, DeliveryRow, DeliveryRow> step) {
        return store.write(batch -> move(batch, reader, step));
    }

    private long move(Batch batch, InboxReader reader, BiFunction<StreamMeta, DeliveryRow, DeliveryRow> step) {
        StreamMeta meta = tables.meta(batch, reader.inbox());
        DeliveryRow before = tables.inboxes.delivery(batch, reader.inbox()).within(meta.head());
        DeliveryRow after = step.apply(meta, before);
        if (!after.equals(before)) {
            tables.inboxes.put(batch, reader.inbox(), after);
        }
        return after.of(reader.device());
    }

    private <T> Future<T> query(StreamName inbox, Function<SliceQuery, T> question) {
        return store.read(reader -> question.apply(new SliceQuery(tables, reader, inbox, ages.getAsLong())));
    }
}

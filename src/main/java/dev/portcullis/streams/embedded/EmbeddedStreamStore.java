package dev.portcullis.streams.embedded;

import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.InboxStore.Delivery;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.PairedAppend;
import dev.portcullis.streams.PairedResult;
import dev.portcullis.streams.ReadMarks;
import dev.portcullis.streams.RetainResult;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.record.MessageEvents;
import dev.portcullis.streams.record.RandomEpoch;
import dev.portcullis.streams.record.StoreRuns;
import dev.portcullis.streams.record.StreamMeta;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.UnarchivedStreams;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** The streams of a single node, in its embedded store. The first append of each opening begins a run with a new epoch. */
public final class EmbeddedStreamStore implements StreamStore {
    private final EmbeddedStore store;
    private final StreamTables tables;
    private final EmbeddedAppend appender;
    private final RecentDetachments detachments;
    private final WindowSweep sweep;
    private final EmbeddedLaneStore lanes;
    private final EmbeddedInboxStore inboxes;
    private final LongSupplier wall;
    private final LongSupplier ages;

    private EmbeddedStreamStore(
            EmbeddedStore store,
            StreamTables tables,
            LongSupplier wall,
            LongSupplier ages,
            MessageEvents events,
            IntConsumer trimmed,
            Optional<String> formerEpoch) {
        this.store = store;
        this.tables = tables;
        this.detachments = new RecentDetachments();
        this.appender = new EmbeddedAppend(tables, events, tables.rows, detachments, trimmed, formerEpoch, wall);
        this.sweep = new WindowSweep(store, tables);
        this.lanes = new EmbeddedLaneStore(store, tables, wall);
        this.inboxes = new EmbeddedInboxStore(store, tables, ages);
        this.wall = wall;
        this.ages = ages;
    }

    /** Opens streams that no hook reports, with one clock for everything. */
    public static Future<EmbeddedStreamStore> open(EmbeddedStore store, LongSupplier millis) {
        return open(store, millis, millis, Optional.empty(), entries -> {});
    }

    /**
     * Opens the streams. Call it while starting: it blocks for a moment while it creates tables. It writes nothing unless the
     * store is new: a start that fails, however often it is tried again, must not push the epochs of clients out of the store's
     * memory.
     *
     * @param wall the clock by which callers limit the time of an append, and by which rows count
     * @param ages the clock by which entries and idempotency keys grow old
     * @param outbox the outbox that messages are reported to
     * @param trimmed is told how many entries of an inbox were removed before they were delivered
     */
    public static Future<EmbeddedStreamStore> open(
            EmbeddedStore store,
            LongSupplier wall,
            LongSupplier ages,
            Optional<HookOutbox> outbox,
            IntConsumer trimmed) {
        StreamTables tables = new StreamTables(store);
        long now = ages.getAsLong();
        return store.write(batch -> {
            Optional<String> formerEpoch = tables.storedRuns(batch).map(StoreRuns::current);
            if (formerEpoch.isEmpty()) {
                tables.put(batch, StoreRuns.first(RandomEpoch.next(), now));
            }
            return new EmbeddedStreamStore(store, tables, wall, ages, new MessageEvents(outbox), trimmed, formerEpoch);
        });
    }

    /**
     * Begins a run in a store that was put back to an earlier moment. Appends would begin one too; until then the store would name
     * positions by an epoch in which clients hold positions that it does not have any more. Nothing else may use the store.
     */
    public static Future<Void> fork(EmbeddedStore store) {
        StreamTables tables = new StreamTables(store);
        return store.write(batch -> {
                    Optional<StoreRuns> forked = tables.storedRuns(batch).map(runs -> runs.begin(RandomEpoch.next()));
                    forked.ifPresent(runs -> tables.put(batch, runs));
                    return forked;
                })
                .mapEmpty();
    }

    @Override
    public Future<AppendResult> append(AppendRequest append) {
        return store.write(batch -> appender.run(batch, append, ages.getAsLong()));
    }

    @Override
    public Future<PairedResult> append(PairedAppend append) {
        return store.write(batch -> appender.run(batch, append, ages.getAsLong()));
    }

    /**
     * Finds a message beside the writer, whose other work must not wait for a search. A message that may be amended was
     * acknowledged before, so the read finds it.
     */
    @Override
    public Future<Optional<StoredMessage>> find(StreamName stream, String messageId, int searched) {
        return query(stream, query -> query.find(messageId, searched));
    }

    @Override
    public Future<Position> head(StreamName stream) {
        return store.readFew(reader -> tables.meta(reader, stream).position());
    }

    @Override
    public Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
        return query(stream, query -> query.resume(since, bounds));
    }

    @Override
    public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        return query(stream, query -> query.after(after, bounds));
    }

    @Override
    public Future<Slice> before(StreamName stream, long before, Bounds bounds) {
        return query(stream, query -> query.before(before, bounds));
    }

    @Override
    public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
        return query(stream, query -> query.latest(before, bounds));
    }

    @Override
    public Future<List<Confirmation>> confirm(List<Cursor> cursors) {
        return store.read(reader -> {
            StoreRuns runs = tables.runs(reader);
            return cursors.stream()
                    .map(cursor -> {
                        StreamMeta meta = tables.meta(reader, runs, cursor.stream());
                        return new Confirmation(
                                meta.position(), cursor.at().seq() >= 0 && meta.contains(cursor.at()), 0);
                    })
                    .toList();
        });
    }

    @Override
    public Future<RetainResult> retain(StreamName stream, OwnRetention own, StreamWindow window, Permit permit) {
        return store.write(batch -> tables.rows.areUnchanged(batch, stream.lane(), permit)
                ? retain(batch, stream, own, window, permit)
                : RetainResult.CHANGED);
    }

    private RetainResult retain(Batch batch, StreamName stream, OwnRetention own, StreamWindow window, Permit permit) {
        long now = ages.getAsLong();
        StreamMeta before = tables.meta(batch, stream);
        StreamMeta kept = hiding(batch, stream, before, now).retained(own, window);
        StreamMeta after = hiding(batch, stream, kept, now).due(now);
        tables.expiry.move(batch, stream, before.dueAt(), now);
        tables.put(batch, stream, after);
        WriteSet waits = window.archived() // the feeder tells the archive, if this node does not come to it
                ? WriteSet.of(UnarchivedStreams.row(stream), "")
                : WriteSet.NONE;
        tables.rows.write(batch, stream.lane(), waits.and(WriteSet.of(permit)));
        return RetainResult.DONE;
    }

    /** The record that remembers what its retention hides now. */
    private StreamMeta hiding(Batch batch, StreamName stream, StreamMeta meta, long now) {
        return meta.hiding(tables.hidden(batch, stream, meta, now));
    }

    /** The lanes of these streams. */
    public LaneStore lanes() {
        return lanes;
    }

    /** Where a read of the lane that began at this moment would end: who knows it knows all cut-offs so far. */
    public LaneCursor cursor(Reader reader, int lane) {
        return lanes.cursor(reader, lane);
    }

    /** The data beside the inboxes among these streams. */
    public InboxStore inboxes() {
        return inboxes;
    }

    /** Where delivery to a user begins, if all devices of a user have one position. */
    public Delivery delivery(Reader reader, UserId user) {
        return inboxes.delivery(reader, StreamName.inbox(user));
    }

    /** What of these streams an archive does not have yet. */
    public ArchiveSource unarchived() {
        return new EmbeddedArchiveSource(store, tables, ages);
    }

    /** The store that removes deleted users from these streams. */
    public ErasureStore erasures() {
        return new EmbeddedErasureStore(store, tables, new EmbeddedRowStore(store, wall));
    }

    /** Deletes expired entries and records, in small steps. Call it every few minutes. */
    public Future<Void> sweep() {
        return sweep.run(ages.getAsLong());
    }

    @Override
    public Future<Access> access(StreamName stream, UserId user) {
        return store.readFew(reader -> {
            StreamMeta meta = tables.meta(reader, stream);
            long now = wall.getAsLong();
            Optional<String> mark = tables.rows.get(reader, stream.lane(), new ReadMarks(stream).row(user));
            return new Access(
                    meta.position(),
                    tables.isBarred(reader, stream, user),
                    detachments.has(stream, ages.getAsLong()),
                    ReadMarks.seqOf(mark, meta.head(), now),
                    now + meta.expiresAt() - ages.getAsLong(),
                    tables.hidden(reader, stream, meta, ages.getAsLong()));
        });
    }

    @Override
    public Future<Void> noteDetachment(StreamName stream) {
        detachments.note(stream, ages.getAsLong());
        return Future.succeededFuture();
    }

    @Override
    public Future<Set<UserId>> barred(StreamName stream, Set<UserId> among) {
        return store.read(
                among.size(),
                reader -> among.stream()
                        .filter(user -> tables.isBarred(reader, stream, user))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private <T> Future<T> query(StreamName stream, Function<SliceQuery, T> question) {
        return store.read(reader -> question.apply(new SliceQuery(tables, reader, stream, ages.getAsLong())));
    }
}

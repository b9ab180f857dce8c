package dev.portcullis.streams.redis;

import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowArguments;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RetainResult;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.record.EditPlace;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.MessageEvents;
import dev.portcullis.streams.record.RandomEpoch;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** The streams of a cluster, in Redis. A lane forks when its server is not the one that wrote it last. */
public final class RedisStreamStore implements StreamStore {

    private static final int MOST_FORKS = 3;
    private static final Bounds NOTHING = new Bounds(0, 0);
    private static final long UNREAD = -1; // see find.lua

    /** The bytes that one call reads: about a millisecond of Redis, in which it serves no other call. */
    static final int LOOKED_BYTES = 1 << 20;

    private final RedisStore redis;
    private final AppendCalls appends;
    private final Script findScript;
    private final Script headsScript;
    private final Script noteScript;
    private final Script retainScript;
    private final RowStore rows;
    private final StreamReads reads;
    private final LongSupplier millis;
    private final IntConsumer trimmed;
    private final Optional<ArchivedHeads> archive;

    public RedisStreamStore(RedisStore redis) {
        this(redis, () -> 0);
    }

    /**
     * @param outbox the outbox that messages are reported to
     * @param trimmed is told how many entries of an inbox were removed before they were delivered
     * @param archive the archive that follows the streams
     */
    public RedisStreamStore(
            RedisStore redis, Optional<HookOutbox> outbox, IntConsumer trimmed, Optional<ArchivedHeads> archive) {
        this(redis, () -> 0, outbox, trimmed, archive);
    }

    /** @param millis the time; 0 stands for Redis's own clock */
    RedisStreamStore(RedisStore redis, LongSupplier millis) {
        this(redis, millis, Optional.empty());
    }

    RedisStreamStore(RedisStore redis, LongSupplier millis, Optional<ArchivedHeads> archive) {
        this(redis, millis, Optional.empty(), entries -> {}, archive);
    }

    private RedisStreamStore(
            RedisStore redis,
            LongSupplier millis,
            Optional<HookOutbox> outbox,
            IntConsumer trimmed,
            Optional<ArchivedHeads> archive) {
        this.trimmed = trimmed;
        this.archive = archive;
        this.redis = redis;
        this.appends = new AppendCalls(redis, millis, new MessageEvents(outbox));
        this.findScript = redis.script(RedisStreamStore.class, "lane", "stream_meta", "find");
        this.reads = new StreamReads(redis, millis);
        this.headsScript = redis.script(RedisStreamStore.class, "lane", "stream_meta", "heads");
        this.rows = new RedisRowStore(redis, millis);
        this.noteScript = redis.script(RedisStreamStore.class, "lane", "note_detachment");
        this.retainScript = redis.script(
                RedisStreamStore.class,
                "lane",
                "stream_meta",
                "entries",
                RowArguments.CHANGES_FILE,
                RowArguments.PERMIT_FILE,
                "retain");
        this.millis = millis;
    }

    @Override
    public Future<AppendResult> append(AppendRequest append) {
        return append(append, Optional.empty())
                .compose(reply -> AppendCalls.isForgotten(reply)
                        ? archivedHead(append.stream()).compose(head -> append(append, Optional.of(head)))
                        : Future.succeededFuture(reply))
                .map(reply -> counted(AppendCalls.read(append, reply)));
    }

    private Future<Response> append(AppendRequest append, Optional<Position> archived) {
        return redis.run(acknowledged(append.stream(), appends.of(append, archived)));
    }

    /**
     * Where a stream without a record goes on. While the archive is away it begins: it is new, unless the store has lost it at
     * the same time.
     */
    private Future<Position> archivedHead(StreamName stream) {
        return archive.map(heads -> heads.of(stream).otherwise(ArchivedHeads.NOTHING))
                .orElseGet(() -> Future.succeededFuture(ArchivedHeads.NOTHING));
    }

    /** Cut-offs wait for no replica: a session must end also while replicas are away, and nodes append them again after a fork. */
    private static Script.Call acknowledged(StreamName stream, Script.Call call) {
        return stream.isCutoffs()
                ? StreamReads.prioritized(stream, call)
                : call.confirmedByReplicas(AppendCalls::writer);
    }

    private AppendResult counted(AppendResult result) {
        if (result instanceof AppendResult.Stored stored) {
            trimmed.accept(stored.trimmed());
        }
        return result;
    }

    @Override
    public Future<Optional<StoredMessage>> find(StreamName stream, String messageId, int searched) {
        Script.Call call = findScript
                .call()
                .key(RedisKeys.of(stream.lane(), "lane"))
                .key(StreamReads.key(stream, "m"))
                .key(StreamReads.key(stream, "e"))
                .key(StreamReads.key(stream, "ix"))
                .key(RedisKeys.of(stream.lane(), "ka"))
                .key(RedisKeys.of(stream.lane(), "kb"))
                .arg(millis.getAsLong())
                .arg(RandomEpoch.next())
                .arg(messageId)
                .arg(searched)
                .arg(LOOKED_BYTES)
                .arg(RowKeys.editPlace(stream, messageId))
                .arg(StoredMessage.BODY_BYTES);
        return redis.run(call).compose(reply -> {
            long seq = reply.get(0).toLong();
            return seq == UNREAD
                    ? find(stream, messageId, searched)
                    : Future.succeededFuture(seq == 0 ? Optional.empty() : Optional.of(message(stream, seq, reply)));
        });
    }

    private static StoredMessage message(StreamName stream, long seq, Response found) {
        return EntryRow.decode(stream, seq, found.get(1).toBytes())
                .asMessage(
                        found.get(2).toInteger(),
                        Optional.of(found.get(3).toBytes())
                                .filter(place -> place.length > 0)
                                .map(EditPlace::decode));
    }

    @Override
    public Future<Position> head(StreamName stream) {
        return reads.read(stream, Order.AFTER, 0, NOTHING).map(ReadReply::head);
    }

    @Override
    public Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
        long after = since.map(Position::seq).orElse(0L);
        Bounds wanted = since.isPresent() && after >= 0 ? bounds : NOTHING;
        return reads.read(stream, Order.AFTER, after, wanted).map(reply -> reply.resume(since, bounds));
    }

    @Override
    public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        return reads.read(stream, Order.AFTER, after, bounds).map(reply -> reply.after(after, bounds));
    }

    @Override
    public Future<Slice> before(StreamName stream, long before, Bounds bounds) {
        return reads.read(stream, Order.BEFORE, before, bounds).map(reply -> reply.before(before, bounds));
    }

    @Override
    public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
        return reads.read(stream, Order.BEFORE, before, bounds)
                .compose(reply -> reads.amendments(stream, reply.rows(), bounds.bytes())
                        .map(amendments -> reply.latest(bounds, amendments)));
    }

    /**
     * Asks for the heads. In a Redis Cluster a call may touch only one slot, and so one lane; elsewhere one call asks for all.
     */
    @Override
    public Future<List<Confirmation>> confirm(List<Cursor> cursors) {
        Collection<List<Cursor>> calls = redis.clustered()
                ? cursors.stream()
                        .collect(Collectors.groupingBy(cursor -> cursor.stream().lane()))
                        .values()
                : List.of(cursors);
        Map<Cursor, Confirmation> known = new HashMap<>();
        return Future.all(calls.stream()
                        .map(call -> confirm(call, MOST_FORKS, known))
                        .toList())
                .map(any -> cursors.stream().map(known::get).toList());
    }

    @Override
    public Future<Access> access(StreamName stream, UserId user) {
        return reads.access(stream, user);
    }

    @Override
    public Future<Void> noteDetachment(StreamName stream) {
        return redis.run(noteScript
                        .call()
                        .key(StreamReads.key(stream, "m"))
                        .arg(millis.getAsLong())
                        .arg(DETACHED_MS))
                .mapEmpty();
    }

    @Override
    public Future<RetainResult> retain(StreamName stream, OwnRetention own, StreamWindow window, Permit permit) {
        Script.Call call = retainScript
                .call()
                .key(RedisKeys.of(stream.lane(), "lane"))
                .key(StreamReads.key(stream, "m"))
                .key(StreamReads.key(stream, "e"))
                .key(RedisArchiveSource.streams(stream.lane()))
                .arg(millis.getAsLong())
                .arg(own.entries() == 0 ? "" : Long.toString(own.entries()))
                .arg(own.ageMs() == 0 ? "" : Long.toString(own.ageMs()))
                .arg(window.entries())
                .arg(window.ageMs());
        AppendCalls.bounds(call, window);
        call.arg(window.archived() ? stream.value() : "");
        RowArguments.permit(call, stream.lane(), permit, WriteSet.NONE);
        return reads.orFork(stream, call)
                .map(reply -> reply.get(0).toBoolean() ? RetainResult.DONE : RetainResult.CHANGED);
    }

    @Override
    public Future<Set<UserId>> barred(StreamName stream, Set<UserId> among) {
        if (among.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        ReadSet bars = new ReadSet(
                among.stream().map(user -> StreamBars.of(stream, user)).toList(), List.of());
        return rows.read(stream.lane(), bars)
                .map(found -> among.stream()
                        .filter(user -> found.get(StreamBars.of(stream, user)).isPresent())
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private Future<?> confirm(List<Cursor> cursors, int tries, Map<Cursor, Confirmation> known) {
        Script.Call call = headsScript.call().arg(millis.getAsLong());
        cursors.forEach(cursor ->
                call.key(RedisKeys.of(cursor.stream().lane(), "lane")).key(StreamReads.key(cursor.stream(), "m")));
        return redis.run(call).compose(reply -> {
            List<Cursor> unforked = new ArrayList<>();
            for (int i = 0; i < cursors.size(); i++) {
                Cursor cursor = cursors.get(i);
                if (reply.get(i).size() == 0) {
                    unforked.add(cursor);
                } else {
                    known.put(cursor, ReadReply.confirm(cursor.at(), reply.get(i)));
                }
            }
            return unforked.isEmpty() ? Future.succeededFuture() : forkAndConfirm(unforked, tries, known);
        });
    }

    private Future<?> forkAndConfirm(List<Cursor> cursors, int tries, Map<Cursor, Confirmation> known) {
        return Future.all(cursors.stream()
                        .map(cursor -> cursor.stream().lane())
                        .distinct()
                        .map(lane -> reads.fork(lane, tries))
                        .toList())
                .compose(any -> confirm(cursors, tries - 1, known));
    }
}

package dev.portcullis.streams.redis;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.rows.RowArguments;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.ReadMarks;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RandomEpoch;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Reads parts of streams, and forks their lane first where it must be. Only the first read after a fail-over has to. */
final class StreamReads {
    private static final int FORK_RETRIES = 3;
    private static final long ARCHIVED = -1; // see read.lua

    private final RedisStore redis;
    private final Script readScript;
    private final Script accessScript;
    private final Script forkScript;
    private final LongSupplier millis;

    StreamReads(RedisStore redis, LongSupplier millis) {
        this.redis = redis;
        List<Script> gathered = redis.gatheredScripts(
                StreamReads.class,
                List.of("lane", "stream_meta", "entries", RowArguments.CHANGES_FILE),
                List.of(List.of("read"), List.of("stream_access")));
        this.readScript = gathered.get(0);
        this.accessScript = gathered.get(1);
        this.forkScript = redis.script(StreamReads.class, "lane", "fork");
        this.millis = millis;
    }

    /** Reads consecutive entries. */
    Future<ReadReply> read(StreamName stream, Order order, long seq, Bounds bounds) {
        String how = order == Order.AFTER ? "after" : "before";
        return orFork(stream, prioritized(stream, call(stream, how, seq, bounds)))
                .map(reply -> ReadReply.of(stream, order, reply));
    }

    /** Reads the oldest entries that the archive does not have. */
    Future<UnarchivedPart> unarchived(StreamName stream, OptionalLong after, Bounds bounds) {
        return orFork(stream, call(stream, "unarchived", after.orElse(ARCHIVED), bounds))
                .map(reply -> ReadReply.of(stream, Order.AFTER, reply).unarchived(stream));
    }

    /** Reads some entries by their seqs: all, or as many as have so many bytes. */
    Future<FoundEntries> at(StreamName stream, List<Long> seqs, int bytes) {
        return find(stream, "at", seqs, bytes);
    }

    /** Reads entries like {@link #at}, and those too that are too old for all other reads. */
    Future<FoundEntries> anyAt(StreamName stream, List<Long> seqs, int bytes) {
        return find(stream, "any", seqs, bytes);
    }

    private Future<FoundEntries> find(StreamName stream, String how, List<Long> seqs, int bytes) {
        Script.Call call = call(stream, how, 0, new Bounds(seqs.size() + 1, bytes));
        seqs.forEach(call::arg);
        return orFork(stream, call).map(reply -> FoundEntries.of(stream, seqs, reply));
    }

    /**
     * @param oldest the oldest entry that is kept
     * @param thinned whether entries were trimmed that came after some which are still kept
     * @param rows the row of each seq, empty if the entry is not kept; fewer than the seqs if they have too many bytes
     */
    record FoundEntries(Position head, long oldest, boolean thinned, List<Optional<EntryRow>> rows) {
        private static FoundEntries of(StreamName stream, List<Long> seqs, Response reply) {
            Response rows = reply.get(6);
            return new FoundEntries(
                    ReadReply.head(reply),
                    reply.get(4).toLong(),
                    reply.get(8).toBoolean(),
                    IntStream.range(0, rows.size())
                            .mapToObj(i -> Optional.of(rows.get(i).toBytes())
                                    .filter(row -> row.length > 0)
                                    .map(row -> EntryRow.decode(stream, seqs.get(i), row)))
                            .toList());
        }
    }

    /**
     * Reads the newest amendments of these messages, as many as have so many bytes. Each row names the one that it was read with,
     * so the result is that of the moment of the rows.
     */
    Future<FoundAmendments> amendments(StreamName stream, List<EntryRow> rows, int bytes) {
        List<Long> seqs =
                rows.stream().map(EntryRow::amendedBy).filter(seq -> seq > 0).toList();
        return seqs.isEmpty()
                ? Future.succeededFuture(FoundAmendments.NONE)
                : at(stream, seqs, bytes).map(found -> {
                    Map<Long, Optional<StreamEntry>> bySeq = new HashMap<>();
                    for (int i = 0; i < found.rows().size(); i++) {
                        bySeq.put(
                                seqs.get(i),
                                found.rows().get(i).filter(row -> !row.isGap()).map(EntryRow::entry));
                    }
                    return new FoundAmendments(bySeq);
                });
    }

    /** Reads a user's access. */
    Future<Access> access(StreamName stream, UserId user) {
        Script.Call call = accessScript
                .call()
                .key(RedisKeys.of(stream.lane(), "lane"))
                .key(key(stream, "m"))
                .key(key(stream, StreamBars.TABLE))
                .key(key(stream, ReadMarks.TABLE))
                .key(key(stream, "e"))
                .arg(millis.getAsLong())
                .arg(user.value())
                .arg(StreamStore.DETACHED_MS)
                .arg(new ReadMarks(stream).row(user).key());
        return orFork(stream, call).map(StreamReads::access);
    }

    private static Access access(Response reply) {
        Position head = new Position(reply.get(0).toString(), reply.get(1).toLong());
        long now = reply.get(5).toLong();
        Optional<String> mark = Optional.of(reply.get(4).toString()).filter(row -> !row.isEmpty());
        return new Access(
                head,
                reply.get(2).toBoolean(),
                reply.get(3).toBoolean(),
                ReadMarks.seqOf(mark, head.seq(), now),
                now + reply.get(6).toLong(),
                reply.get(7).toLong());
    }

    private Script.Call call(StreamName stream, String how, long seq, Bounds bounds) {
        return readScript
                .call()
                .key(RedisKeys.of(stream.lane(), "lane"))
                .key(key(stream, "m"))
                .key(key(stream, "e"))
                .arg(millis.getAsLong())
                .arg(how)
                .arg(seq)
                .arg(bounds.entries())
                .arg(bounds.bytes());
    }

    /** Runs a call that returns nothing where the lane must be forked first. */
    Future<Response> orFork(StreamName stream, Script.Call call) {
        return orFork(stream.lane(), call, FORK_RETRIES);
    }

    private Future<Response> orFork(int lane, Script.Call call, int tries) {
        return redis.run(call)
                .compose(reply -> reply.size() > 0
                        ? Future.succeededFuture(reply)
                        : fork(lane, tries).compose(any -> orFork(lane, call, tries - 1)));
    }

    /** @param tries the tries of the read that are left; the last one failed if it is 1 */
    Future<?> fork(int lane, int tries) {
        return tries > 1
                ? redis.run(forkScript
                        .call()
                        .key(RedisKeys.of(lane, "lane"))
                        .arg(millis.getAsLong())
                        .arg(RandomEpoch.next()))
                : Future.failedFuture(new StoreFailure("the lane keeps forking"));
    }

    /** Lets cut-offs go first: without them no node admits a frame. */
    static Script.Call prioritized(StreamName stream, Script.Call call) {
        return stream.isCutoffs() ? call.exemptFromLimit() : call;
    }

    static String key(StreamName stream, String kind) {
        return RedisKeys.of(stream.lane(), kind, stream.value());
    }
}

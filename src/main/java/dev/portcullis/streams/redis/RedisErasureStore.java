package dev.portcullis.streams.redis;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.Conversations;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.AuthorChange;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Removes deleted users from the streams of a cluster, in Redis. A lane knows the streams with the last appends, up to a number
 * that append.lua sets.
 */
public final class RedisErasureStore implements ErasureStore {
    private static final int ROWS_AT_ONCE = 64;

    /** The bytes that one call reads: about a millisecond of Redis, in which it serves no other call. */
    private static final int BYTES_AT_ONCE = 1 << 20;

    private final RedisStore redis;
    private final RowStore rows;
    private final StreamReads reads;
    private final Script changeScript;
    private final Script clearScript;

    public RedisErasureStore(RedisStore redis) {
        this.redis = redis;
        this.rows = new RedisRowStore(redis);
        this.reads = new StreamReads(redis, () -> 0);
        this.changeScript = redis.script(RedisErasureStore.class, "conversation_entry", "change_author");
        this.clearScript = redis.script(RedisErasureStore.class, "clear_inbox");
    }

    /** Names streams in the order of the lanes, then of the names. */
    @Override
    public Future<List<StreamName>> streams(Optional<StreamName> after) {
        int lane = after.map(StreamName::lane).orElse(0);
        return streams(lane, after.map(StreamName::value).orElse(""));
    }

    private Future<List<StreamName>> streams(int lane, String after) {
        if (lane >= Lanes.COUNT) {
            return Future.succeededFuture(List.of());
        }
        return redis.run(redis.command("ZRANGE")
                        .key(RedisKeys.of(lane, "moved"))
                        .arg(0)
                        .arg(-1))
                .compose(names -> {
                    List<StreamName> streams = usersStreams(names.get(0), after);
                    return streams.isEmpty() ? streams(lane + 1, "") : Future.succeededFuture(streams);
                });
    }

    /** The streams with entries of users: rooms and inboxes. */
    private static List<StreamName> usersStreams(Response names, String after) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> names.get(i).toString())
                .filter(name -> name.compareTo(after) > 0)
                .sorted()
                .map(StreamName::new)
                .filter(stream -> stream.kind()
                        .map(kind -> kind.fold(room -> true, inbox -> true, cutoffs -> false, () -> false))
                        .orElse(false))
                .toList();
    }

    @Override
    public Future<List<UserId>> conversations(UserId owner, Optional<UserId> after) {
        return new Conversations(StreamName.inbox(owner)).others(rows, after);
    }

    @Override
    public Future<Integer> disown(StreamName stream, Erasure erasure) {
        return disown(stream, new AuthorChange(erasure), 0, 0);
    }

    /**
     * Changes a part of the stream, and the parts behind it. A part in which a row was amended or trimmed meanwhile is read
     * again: that happens to a row only so often.
     *
     * @param behind the last seq that was changed already
     */
    private Future<Integer> disown(StreamName stream, AuthorChange change, long behind, int before) {
        return seqsBehind(stream, change.erasure().user(), behind)
                .compose(seqs ->
                        seqs.isEmpty() ? Future.succeededFuture(before) : disown(stream, change, behind, before, seqs));
    }

    private Future<Integer> disown(StreamName stream, AuthorChange change, long behind, int before, List<Long> seqs) {
        return reads.anyAt(stream, seqs, BYTES_AT_ONCE).compose(found -> {
            List<EntryRow> own = found.rows().stream()
                    .flatMap(Optional::stream)
                    .filter(row -> change.apply(row).isPresent())
                    .toList();
            long next = Math.max(seqs.get(found.rows().size() - 1), found.oldest() - 1);
            return replace(stream, change, own)
                    .compose(changed ->
                            changed == own.size() && next >= found.head().seq()
                                    ? Future.succeededFuture(before + changed)
                                    : disown(stream, change, changed == own.size() ? next : behind, before + changed));
        });
    }

    /** Some seqs behind one: in an inbox those of the conversation with the author, so that no entries of others are read. */
    private Future<List<Long>> seqsBehind(StreamName stream, UserId author, long behind) {
        if (!stream.isInbox()) {
            return Future.succeededFuture(LongStream.rangeClosed(behind + 1, behind + ROWS_AT_ONCE)
                    .boxed()
                    .toList());
        }
        RowRange next = new Conversations(stream).of(author, Order.AFTER, behind, ROWS_AT_ONCE);
        return rows.read(stream.lane(), ReadSet.of(next))
                .map(found -> found.get(next).stream().map(Conversations::seqOf).toList());
    }

    /** Replaces the rows that are as they were read. Returns how many. */
    private Future<Integer> replace(StreamName stream, AuthorChange change, List<EntryRow> own) {
        if (own.isEmpty()) {
            return Future.succeededFuture(0);
        }
        Script.Call call = changeScript
                .call()
                .key(StreamReads.key(stream, "e"))
                .key(RedisInboxStore.backlogs(stream))
                .key(StreamReads.key(stream, "m"))
                .key(StreamReads.key(stream, Conversations.TABLE))
                .key(RedisInboxStore.correspondents(stream))
                .key(RedisInboxStore.strangers(stream))
                .key(RedisInboxStore.known(stream))
                .arg(change.erasure().user().value())
                .arg(change.erasure().by().value())
                .arg(stream.isInbox() ? "1" : "");
        for (EntryRow row : own) {
            call.arg(row.entry().position().seq())
                    .arg(row.head())
                    .arg(change.apply(row).orElseThrow().encode());
        }
        return redis.run(call).map(Response::toInteger);
    }

    @Override
    public Future<Cleared> clear(UserId owner) {
        StreamName inbox = StreamName.inbox(owner);
        return redis.run(clearScript
                        .call()
                        .key(StreamReads.key(inbox, "m"))
                        .key(StreamReads.key(inbox, "e"))
                        .key(StreamReads.key(inbox, "b"))
                        .key(RedisInboxStore.backlogs(inbox))
                        .key(StreamReads.key(inbox, Conversations.TABLE))
                        .key(RedisInboxStore.strangers(inbox))
                        .key(RedisInboxStore.known(inbox))
                        .key(RedisInboxStore.correspondents(inbox)))
                .map(found -> new Cleared(
                        found.get(0).toLong(),
                        new Position(found.get(1).toString(), found.get(2).toLong())));
    }
}

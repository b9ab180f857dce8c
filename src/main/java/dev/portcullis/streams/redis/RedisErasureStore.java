package dev.portcullis.streams.redis;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.AuthorChange;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Removes deleted users from the streams of a cluster, in Redis. A lane knows the streams with the last appends, up to a number
 * that append.lua sets.
 */
public final class RedisErasureStore implements ErasureStore {
    private static final int CONVERSATIONS_AT_ONCE = 64;

    private final RedisStore redis;
    private final Script conversationsScript;
    private final Script rowsScript;
    private final Script changeScript;
    private final Script clearScript;

    public RedisErasureStore(RedisStore redis) {
        this.redis = redis;
        this.conversationsScript = redis.script(RedisErasureStore.class, "conversations");
        this.rowsScript = redis.script(RedisErasureStore.class, "conversation_entry", "rows_of_author");
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
        return redis.run(conversationsScript
                        .call()
                        .key(RedisInboxReads.conversations(StreamName.inbox(owner)))
                        .arg(after.map(UserId::value).orElse(""))
                        .arg(CONVERSATIONS_AT_ONCE))
                .map(reply -> IntStream.range(0, reply.size())
                        .mapToObj(i -> new UserId(reply.get(i).toString()))
                        .toList());
    }

    @Override
    public Future<Integer> disown(StreamName stream, UserId author, UserId by) {
        return disown(stream, new AuthorChange(author, by), 0, 0);
    }

    /**
     * Changes a part of the stream, and the parts behind it. A part in which a row was amended or trimmed meanwhile is read again: that
     * happens to a row only so often.
     *
     * @param behind the last seq that was changed already
     */
    private Future<Integer> disown(StreamName stream, AuthorChange change, long behind, int before) {
        return redis.run(rowsScript
                        .call()
                        .key(key(stream, "e"))
                        .key(key(stream, "m"))
                        .key(RedisInboxReads.conversations(stream))
                        .arg(change.from().value())
                        .arg(stream.isInbox() ? "1" : "")
                        .arg(behind)
                        .arg(RedisStreamStore.LOOKED_BYTES))
                .compose(part -> {
                    int rows = part.size() / 2;
                    long next = part.get(0).toLong();
                    return replace(stream, change, part).compose(changed -> {
                        int entries = before + changed;
                        if (changed < rows) {
                            return disown(stream, change, behind, entries);
                        }
                        return next < 0 ? Future.succeededFuture(entries) : disown(stream, change, next, entries);
                    });
                });
    }

    /** Replaces the rows that are as they were read. Returns how many. */
    private Future<Integer> replace(StreamName stream, AuthorChange change, Response part) {
        if (part.size() == 1) {
            return Future.succeededFuture(0);
        }
        Script.Call call = changeScript
                .call()
                .key(key(stream, "e"))
                .key(RedisInboxStore.backlogs(stream))
                .key(key(stream, "m"))
                .key(RedisInboxReads.conversations(stream))
                .key(RedisInboxStore.correspondents(stream))
                .key(RedisInboxStore.strangers(stream))
                .key(RedisInboxStore.known(stream))
                .arg(change.from().value())
                .arg(change.to().value())
                .arg(stream.isInbox() ? "1" : "");
        for (int i = 1; i < part.size(); i += 2) {
            long seq = part.get(i).toLong();
            EntryRow row = EntryRow.decode(stream, seq, part.get(i + 1).toBytes());
            change.apply(row).ifPresent(changed -> call.arg(seq).arg(row.head()).arg(changed.encode()));
        }
        return redis.run(call).map(Response::toInteger);
    }

    private static String key(StreamName stream, String kind) {
        return RedisKeys.of(stream.lane(), kind, stream.value());
    }

    @Override
    public Future<Void> clear(UserId owner) {
        StreamName inbox = StreamName.inbox(owner);
        return redis.run(clearScript
                        .call()
                        .key(key(inbox, "m"))
                        .key(key(inbox, "e"))
                        .key(key(inbox, "b"))
                        .key(RedisInboxStore.backlogs(inbox))
                        .key(RedisInboxReads.conversations(inbox))
                        .key(RedisInboxStore.strangers(inbox))
                        .key(RedisInboxStore.known(inbox))
                        .key(RedisInboxStore.correspondents(inbox)))
                .mapEmpty();
    }
}

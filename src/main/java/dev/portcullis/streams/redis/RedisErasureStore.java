package dev.portcullis.streams.redis;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Takes deleted users out of the streams of a cluster, in Redis. A lane knows the streams that were appended to last, up to
 * a number that append.lua says.
 */
public final class RedisErasureStore implements ErasureStore {
    private final RedisStore redis;
    private final Script movedScript;
    private final Script disownScript;
    private final Script clearScript;

    public RedisErasureStore(RedisStore redis) {
        this.redis = redis;
        this.movedScript = redis.script(RedisErasureStore.class, "moved_streams");
        this.disownScript = redis.script(RedisErasureStore.class, "conversation_entry", "disown");
        this.clearScript = redis.script(RedisErasureStore.class, "clear_inbox");
    }

    /** A page is what the next lane with such streams knows. */
    @Override
    public Future<Page> page(String from) {
        return page(from.isEmpty() ? 0 : Integer.parseInt(from));
    }

    private Future<Page> page(int lane) {
        if (lane >= Lanes.COUNT) {
            return Future.succeededFuture(new Page(List.of(), ""));
        }
        return redis.run(movedScript.call().key(RedisKeys.of(lane, "moved"))).compose(names -> {
            List<StreamName> streams = usersStreams(names);
            int next = lane + 1;
            return streams.isEmpty()
                    ? page(next)
                    : Future.succeededFuture(new Page(streams, next == Lanes.COUNT ? "" : String.valueOf(next)));
        });
    }

    /** Those with entries of users: rooms and inboxes. */
    private static List<StreamName> usersStreams(Response names) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> new StreamName(names.get(i).toString()))
                .filter(stream -> stream.kind()
                        .map(kind -> kind.fold(room -> true, inbox -> true, cutoffs -> false, () -> false))
                        .orElse(false))
                .toList();
    }

    @Override
    public Future<Integer> disown(StreamName stream, UserId author, UserId by) {
        return disown(stream, author, by, new Disowned(0, 0, 0));
    }

    /**
     * What is done of a stream.
     *
     * @param next the seq to go on from; 0 at the end
     * @param received the seq of the newest entry of an inbox that its owner wrote to the user; 0 if none is known
     */
    private record Disowned(int entries, long next, long received) {
        Disowned and(Response part) {
            return new Disowned(
                    entries + part.get(0).toInteger(),
                    part.get(1).toLong(),
                    part.get(2).toLong());
        }
    }

    private Future<Integer> disown(StreamName stream, UserId author, UserId by, Disowned before) {
        return redis.run(disownScript
                        .call()
                        .key(RedisKeys.of(stream.lane(), "e", stream.value()))
                        .key(RedisInboxStore.backlogs(stream))
                        .key(RedisKeys.of(stream.lane(), "m", stream.value()))
                        .key(RedisInboxReads.conversations(stream))
                        .key(RedisInboxStore.correspondents(stream))
                        .arg(author.value())
                        .arg(by.value())
                        .arg(owner(stream))
                        .arg(before.next())
                        .arg(RedisInboxReads.LOOKED_BYTES)
                        .arg(before.received()))
                .map(before::and)
                .compose(done ->
                        done.next() == 0 ? Future.succeededFuture(done.entries()) : disown(stream, author, by, done));
    }

    @Override
    public Future<Void> clear(UserId owner) {
        StreamName inbox = StreamName.inbox(owner);
        return redis.run(clearScript
                        .call()
                        .key(RedisKeys.of(inbox.lane(), "m", inbox.value()))
                        .key(RedisKeys.of(inbox.lane(), "e", inbox.value()))
                        .key(RedisKeys.of(inbox.lane(), "b", inbox.value()))
                        .key(RedisInboxStore.backlogs(inbox))
                        .key(RedisInboxStore.blocks(inbox))
                        .key(RedisInboxReads.conversations(inbox))
                        .key(RedisInboxStore.strangers(inbox))
                        .key(RedisInboxStore.known(inbox))
                        .key(RedisInboxStore.correspondents(inbox)))
                .mapEmpty();
    }

    private static String owner(StreamName stream) {
        return stream.kind()
                .map(kind -> kind.fold(room -> "", UserId::value, cutoffs -> "", () -> ""))
                .orElse("");
    }
}

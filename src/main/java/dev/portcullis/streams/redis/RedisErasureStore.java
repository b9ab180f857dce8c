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
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Takes deleted users out of the streams of a cluster, in Redis. A lane knows the streams that were appended to last, up to
 * a number that append.lua says.
 */
public final class RedisErasureStore implements ErasureStore {
    private static final String ROOM = "room:";
    private static final int ROOMS_AT_ONCE = 64;

    private final RedisStore redis;
    private final Script movedScript;
    private final Script disownScript;
    private final Script clearScript;

    public RedisErasureStore(RedisStore redis) {
        this.redis = redis;
        this.movedScript = redis.script(RedisErasureStore.class, "moved_streams");
        this.disownScript = redis.script(RedisErasureStore.class, "disown");
        this.clearScript = redis.script(RedisErasureStore.class, "clear_inbox");
    }

    @Override
    public Future<Void> eachRoom(Function<StreamName, Future<?>> visit) {
        return eachRoom(0, visit);
    }

    private Future<Void> eachRoom(int lane, Function<StreamName, Future<?>> visit) {
        return lane == Lanes.COUNT
                ? Future.succeededFuture()
                : redis.run(movedScript.call().key(RedisKeys.of(lane, "moved")))
                        .compose(names -> visit(rooms(names), 0, visit))
                        .compose(any -> eachRoom(lane + 1, visit));
    }

    private static Future<Void> visit(List<StreamName> rooms, int from, Function<StreamName, Future<?>> visit) {
        int to = Math.min(rooms.size(), from + ROOMS_AT_ONCE);
        return from == to
                ? Future.succeededFuture()
                : Future.all(rooms.subList(from, to).stream().map(visit).toList())
                        .compose(any -> visit(rooms, to, visit));
    }

    private static List<StreamName> rooms(Response names) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> names.get(i).toString())
                .filter(name -> name.startsWith(ROOM))
                .map(StreamName::new)
                .toList();
    }

    @Override
    public Future<Integer> disown(StreamName stream, UserId author, UserId by) {
        return redis.run(disownScript
                        .call()
                        .key(RedisKeys.of(stream.lane(), "e", stream.value()))
                        .key(RedisInboxStore.backlogs(stream))
                        .arg(author.value())
                        .arg(by.value()))
                .map(Response::toInteger);
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
                        .key(RedisInboxStore.blocks(inbox)))
                .mapEmpty();
    }
}

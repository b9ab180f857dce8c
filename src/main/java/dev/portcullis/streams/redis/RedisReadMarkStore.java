package dev.portcullis.streams.redis;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.OptionalLong;

/** Read marks in Redis: a sorted set for each room, in the lane of the room's stream. */
public final class RedisReadMarkStore implements ReadMarkStore {
    private final RedisStore redis;
    private final Script script;

    public RedisReadMarkStore(RedisStore redis) {
        this.redis = redis;
        this.script = redis.script(RedisReadMarkStore.class, "mark_read");
    }

    /** The sorted set of a room's marks. */
    static String key(StreamName room) {
        return RedisKeys.of(room.lane(), "rm", room.value());
    }

    @Override
    public Future<OptionalLong> mark(StreamName room, UserId member, long seq, int most) {
        return redis.run(script.call()
                        .key(RedisKeys.of(room.lane(), "m", room.value()))
                        .key(key(room))
                        .arg(member.value())
                        .arg(seq)
                        .arg(most))
                .map(reply -> reply.toLong() > 0 ? OptionalLong.of(reply.toLong()) : OptionalLong.empty());
    }
}

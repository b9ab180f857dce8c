package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Lists of rooms in Redis, each in a lane of its own. */
public final class RedisRoomListStore implements RoomListStore {
    private static final long REDIS_CLOCK = 0;

    private final RedisStore redis;
    private final LongSupplier clock;
    private final Script claimScript;
    private final Script findScript;
    private final Script removeScript;
    private final Script pageScript;

    public RedisRoomListStore(RedisStore redis) {
        this(redis, () -> REDIS_CLOCK);
    }

    /** Takes another clock than the store's, for tests. */
    RedisRoomListStore(RedisStore redis, LongSupplier clock) {
        this.redis = redis;
        this.clock = clock;
        this.claimScript = redis.script(RedisRoomListStore.class, "claim_entry");
        this.findScript = redis.script(RedisRoomListStore.class, "find_entry");
        this.removeScript = redis.script(RedisRoomListStore.class, "remove_entry");
        this.pageScript = redis.script(RedisRoomListStore.class, "list_entries");
    }

    @Override
    public Future<Optional<Claim>> claim(RoomList list, RoomId room, int max) {
        return redis.run(call(claimScript, list)
                        .arg(clock.getAsLong())
                        .arg(room.value())
                        .arg(max))
                .map(reply -> Optional.ofNullable(reply)
                        .map(found -> new Claim(
                                new Entry(room, found.get(0).toLong()),
                                found.get(1).toBoolean())));
    }

    @Override
    public Future<Optional<Entry>> find(RoomList list, RoomId room) {
        return redis.run(call(findScript, list).arg(room.value()))
                .map(reply -> Optional.ofNullable(reply).map(stamp -> new Entry(room, stamp.toLong())));
    }

    @Override
    public Future<Boolean> remove(RoomList list, Entry entry, long ageMs) {
        return redis.run(call(removeScript, list)
                        .arg(clock.getAsLong())
                        .arg(entry.room().value())
                        .arg(entry.stamp())
                        .arg(ageMs))
                .map(reply -> reply.toBoolean());
    }

    @Override
    public Future<List<Entry>> page(RoomList list, Optional<RoomId> after, int limit) {
        return redis.run(call(pageScript, list)
                        .arg(after.map(RoomId::value).orElse(""))
                        .arg(limit))
                .map(reply -> {
                    List<Entry> entries = new ArrayList<>();
                    for (int i = 0; i < reply.size(); i += 2) {
                        entries.add(new Entry(
                                new RoomId(reply.get(i).toString()),
                                reply.get(i + 1).toLong()));
                    }
                    return entries;
                });
    }

    private static Script.Call call(Script script, RoomList list) {
        return script.call()
                .key(RedisKeys.of(list.lane(), "rl", list.value()))
                .key(RedisKeys.of(list.lane(), "rz", list.value()));
    }
}

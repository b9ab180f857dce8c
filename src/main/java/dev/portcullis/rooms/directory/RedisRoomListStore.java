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
        this.claimScript = redis.script(RedisRoomListStore.class, "list_time", "claim_entry");
        this.findScript = redis.script(RedisRoomListStore.class, "list_time", "find_entry");
        this.removeScript = redis.script(RedisRoomListStore.class, "remove_entry");
        this.pageScript = redis.script(RedisRoomListStore.class, "list_time", "list_entries");
    }

    @Override
    public Future<Optional<Claim>> claim(RoomList list, RoomId room, int max) {
        return redis.run(call(claimScript, list)
                        .arg(clock.getAsLong())
                        .arg(room.value())
                        .arg(max))
                .map(reply -> Optional.ofNullable(reply)
                        .map(found -> new Claim(
                                new Entry(room, found.get(0).toLong(), false),
                                found.get(1).toBoolean())));
    }

    @Override
    public Future<Optional<Entry>> find(RoomList list, RoomId room) {
        return redis.run(call(findScript, list).arg(clock.getAsLong()).arg(room.value()))
                .map(reply -> Optional.ofNullable(reply)
                        .map(found -> Entry.readAt(
                                found.get(0).toLong(), room, found.get(1).toLong())));
    }

    @Override
    public Future<Boolean> remove(RoomList list, Entry entry) {
        return redis.run(call(removeScript, list).arg(entry.room().value()).arg(entry.stamp()))
                .map(reply -> reply.toBoolean());
    }

    @Override
    public Future<List<Entry>> page(RoomList list, Optional<RoomId> after, int limit) {
        return redis.run(call(pageScript, list)
                        .arg(clock.getAsLong())
                        .arg(after.map(RoomId::value).orElse(""))
                        .arg(limit))
                .map(reply -> {
                    List<Entry> entries = new ArrayList<>();
                    long now = reply.get(0).toLong();
                    for (int i = 1; i < reply.size(); i += 2) {
                        entries.add(Entry.readAt(
                                now,
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

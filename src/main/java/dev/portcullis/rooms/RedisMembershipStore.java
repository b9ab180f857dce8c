package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Optional;

/** Memberships in Redis: a hash for each room, in the lane of the room's stream. */
public final class RedisMembershipStore implements MembershipStore {

    private final RedisStore redis;
    private final Script findScript;
    private final Script putScript;
    private final Script removeScript;

    public RedisMembershipStore(RedisStore redis) {
        this.redis = redis;
        this.findScript = redis.script(RedisMembershipStore.class, "find_member");
        this.putScript = redis.script(RedisMembershipStore.class, "put_member");
        this.removeScript = redis.script(RedisMembershipStore.class, "remove_member");
    }

    @Override
    public Future<Optional<Membership>> find(RoomId room, UserId user) {
        return redis.run(call(findScript, room, user))
                .map(row -> MembershipRow.decode(row == null ? null : row.toBytes()));
    }

    @Override
    public Future<Void> put(RoomId room, UserId user, Membership membership) {
        return redis.run(call(putScript, room, user).arg(MembershipRow.encode(membership)))
                .mapEmpty();
    }

    @Override
    public Future<Void> remove(RoomId room, UserId user) {
        return redis.run(call(removeScript, room, user)).mapEmpty();
    }

    private static Script.Call call(Script script, RoomId room, UserId user) {
        String key = RedisKeys.of(StreamName.room(room).lane(), "r", room.value());
        return script.call().key(key).arg(user.value());
    }
}

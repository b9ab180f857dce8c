package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.MembershipEnd;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.redis.MembershipPart;
import java.util.List;

/** Memberships in Redis, each room in the lane of its stream, so that one script writes both. */
public final class RedisMemberships implements MembershipPart {
    private static final String FOLDER = "/dev/portcullis/rooms/directory/";
    private static final byte[] NONE = {};

    @Override
    public List<String> files() {
        return List.of(FOLDER + "room", FOLDER + "end_membership");
    }

    @Override
    public Script.Call keys(Script.Call call, RoomId room) {
        return keysOf(call, room);
    }

    @Override
    public Script.Call arguments(Script.Call call, MembershipEnd end) {
        return call.arg(end.user().value())
                .arg(end.leaves() ? 1 : 0)
                .arg(end.role()
                        .flatMap(RoomRole::of)
                        .map(role -> MembershipRow.encode(new Membership(role)))
                        .orElse(NONE));
    }

    /** The keys of {@code room.lua}. */
    static Script.Call keysOf(Script.Call call, RoomId room) {
        int lane = StreamName.room(room).lane();
        return call.key(RedisKeys.of(lane, "ro", room.value()))
                .key(RedisKeys.of(lane, "r", room.value()))
                .key(RedisKeys.of(lane, "rn", room.value()))
                .key(RedisKeys.of(lane, "rq", room.value()));
    }
}

package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomCondition;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.MembershipEnd;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.redis.MembershipPart;
import java.util.List;
import java.util.Optional;

/** Members of rooms in Redis, each room in the lane of its stream, so that one script reads and writes both. */
public final class RedisMemberships implements MembershipPart {
    private static final String FOLDER = "/dev/portcullis/rooms/directory/";
    private static final byte[] NONE = {};
    private static final String ANY = "";

    @Override
    public List<String> files() {
        return List.of(FOLDER + "room", FOLDER + "append_in_room");
    }

    @Override
    public Script.Call keys(Script.Call call, RoomId room) {
        return keysOf(call, room);
    }

    @Override
    public Script.Call arguments(Script.Call call, Optional<RoomCondition> condition, Optional<MembershipEnd> end) {
        return call.arg(condition.map(on -> on.user().value()).orElse(""))
                .arg(condition.flatMap(RoomCondition::role).orElse(ANY))
                .arg(condition.filter(RoomCondition::speaks).isPresent() ? 1 : 0)
                .arg(end.map(of -> of.user().value()).orElse(""))
                .arg(end.filter(MembershipEnd::leaves)
                        .map(of -> RowKeys.lastLeave(StreamName.room(of.room()), of.user()))
                        .orElse(NONE))
                .arg(end.flatMap(MembershipEnd::role).orElse(ANY));
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

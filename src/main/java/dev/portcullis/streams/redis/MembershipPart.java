package dev.portcullis.streams.redis;

import dev.portcullis.protocol.RoomCondition;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.MembershipEnd;
import dev.portcullis.streams.StreamName;
import java.util.List;
import java.util.Optional;

/** What the script of an append asks of a room's members, and what ends memberships in it. */
public interface MembershipPart {
    /** The key of the users who are barred from a stream: an addition to a room lifts a bar in its own step. */
    static String bars(StreamName stream) {
        return RedisKeys.of(stream.lane(), "b", stream.value());
    }

    /** The files that come before that of the script. They define {@code membership}. */
    List<String> files();

    /** Adds the keys, which must be the call's first ones. */
    Script.Call keys(Script.Call call, RoomId room);

    /** Adds the arguments, which must be the call's last ones but for those of the outbox. */
    Script.Call arguments(Script.Call call, Optional<RoomCondition> condition, Optional<MembershipEnd> end);
}

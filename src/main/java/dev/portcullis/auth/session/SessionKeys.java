package dev.portcullis.auth.session;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisKeys;

/** The keys in Redis. All of a user are in the user's lane. */
final class SessionKeys {
    private SessionKeys() {}

    static String sessions(UserId user) {
        return ofUser("s", user);
    }

    static String handshakes(UserId user) {
        return ofUser("h", user);
    }

    /** Names the user of a session. */
    static String userOf(int lane, String sessionId) {
        return RedisKeys.of(lane, "sx", sessionId);
    }

    static String leases(int lane) {
        return RedisKeys.of(lane, "leases");
    }

    static String lane(int lane) {
        return RedisKeys.of(lane, "lane");
    }

    private static String ofUser(String kind, UserId user) {
        return RedisKeys.of(Session.laneOf(user), kind, user.value());
    }
}

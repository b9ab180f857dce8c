package dev.portcullis.protocol;

import java.util.List;
import java.util.Optional;

/**
 * Every frame the server sends of its own. Messages of a room are not among them: they are encoded once, where they are
 * published, and travel as bytes.
 */
public sealed interface ServerFrame {

    /** What this session may send; the numbers that hold for its role. */
    record Limits(int burst, int minute, int hour, int frameBytes) {}

    record AuthSuccess(
            Optional<String> id,
            UserId userId,
            String sessionId,
            Role role,
            Optional<String> csrfToken,
            long expiresAt,
            long heartbeatMs,
            Limits limits,
            Position inbox)
            implements ServerFrame {}

    record AuthFailure(Optional<String> id, AuthRefusal reason) implements ServerFrame {}

    /** @param messages each already encoded, oldest first */
    record Joined(
            Optional<String> id,
            RoomId roomId,
            Position position,
            boolean recovered,
            List<byte[]> messages,
            boolean more)
            implements ServerFrame {}

    record Left(Optional<String> id, RoomId roomId) implements ServerFrame {}

    record Ack(Optional<String> id, Target target, String messageId, Position position) implements ServerFrame {}

    /** @param messages each already encoded, oldest first */
    record History(Optional<String> id, Target target, String epoch, List<byte[]> messages, boolean more)
            implements ServerFrame {}

    record Pong(Optional<String> id, long timestamp) implements ServerFrame {}

    record Health(Optional<String> id, String status, long sessionExpiresAt, long serverTime) implements ServerFrame {}

    record RateLimited(Optional<String> id, Rejection.Limited limit) implements ServerFrame {}

    record Refused(Optional<String> id, Optional<String> roomId, Rejection.Failed why, String requestId, long timestamp)
            implements ServerFrame {}

    record ServerDraining(long reconnectInMs) implements ServerFrame {}
}

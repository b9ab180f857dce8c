package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * Every frame that the server itself creates. Messages are not among them: they are encoded once, when they are
 * published, and are passed on as bytes.
 */
public sealed interface ServerFrame {

    /** The frame without its messages and without the closing brace. */
    JsonWriter write();

    /** What goes to where {@link #write} left room. */
    default JsonMessages messages() {
        return JsonMessages.NONE;
    }

    /**
     * The limits of this session, adjusted to its role.
     *
     * @param expiresInMs how long after its time a message may end by itself; 0 if no message may
     * @param actions how often a minute each action may be done that has a limit of its own
     */
    record Limits(
            int burst, int minute, int hour, int frameBytes, long expiresInMs, SortedMap<String, Integer> actions) {}

    /**
     * @param serverTime the time of the frame: what is left of a message that ends can be told by it without a clock that is right
     * @param inbox the head of the user's inbox
     * @param gap what went from the front of the inbox before it was delivered
     */
    record AuthSuccess(
            Optional<String> id,
            UserId userId,
            String sessionId,
            Role role,
            Optional<String> csrfToken,
            long expiresAt,
            long serverTime,
            long heartbeatMs,
            Limits limits,
            Position inbox,
            Optional<Gap> gap)
            implements ServerFrame {
        /** The same frame for a session whose frames must carry this token. */
        public AuthSuccess withCsrfToken(String token) {
            return new AuthSuccess(
                    id,
                    userId,
                    sessionId,
                    role,
                    Optional.of(token),
                    expiresAt,
                    serverTime,
                    heartbeatMs,
                    limits,
                    inbox,
                    gap);
        }

        @Override
        public String toString() {
            return "AuthSuccess[" + userId + ", " + sessionId + "]"; // it may hold a CSRF token (CWE-532)
        }

        @Override
        public JsonWriter write() {
            JsonWriter json = begin("auth_success", id)
                    .text("userId", userId.value())
                    .text("sessionId", sessionId)
                    .text("role", role.id())
                    .text("csrfToken", csrfToken)
                    .number("expiresAt", expiresAt)
                    .number("serverTime", serverTime)
                    .number("heartbeatMs", heartbeatMs)
                    .openObject("limits")
                    .number("burst", limits.burst())
                    .number("minute", limits.minute())
                    .number("hour", limits.hour())
                    .number("frameBytes", limits.frameBytes())
                    .number("expiresInMs", limits.expiresInMs())
                    .openObject("actions");
            limits.actions().forEach(json::number);
            json.close().close().openObject("inbox");
            put(json, inbox);
            gap.ifPresent(lost -> put(json.openObject("gap"), lost).close());
            return json.close();
        }
    }

    record AuthFailure(Optional<String> id, AuthRefusal reason) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("auth_failure", id).text("reason", reason.id());
        }
    }

    /**
     * @param position the position up to which the messages reach
     * @param messages oldest first
     * @param more whether another {@code joined} frame follows
     * @param members the first of those who are in the room, if the client asked for them
     * @param readSeq the user's own read mark in the room, 0 if there is none; absent where no join is answered
     */
    record Joined(
            Optional<String> id,
            RoomId roomId,
            Position position,
            boolean recovered,
            JsonMessages messages,
            boolean more,
            Optional<List<PresentUser>> members,
            OptionalLong readSeq)
            implements ServerFrame {
        @Override
        public JsonWriter write() {
            JsonWriter json = begin("joined", id).text("roomId", roomId.value());
            put(json, position).flag("recovered", recovered).split("messages").flag("more", more);
            readSeq.ifPresent(seq -> json.number("readSeq", seq));
            members.ifPresent(users -> put(json, "members", users));
            return json;
        }
    }

    /** A user in a room, with the sessions that have joined it. */
    record PresentUser(UserId userId, int sessions) {}

    /** A user who came or went. */
    record PresenceChanged(UserId userId, boolean online) {}

    /** @param count all users in the room */
    record Presence(Optional<String> id, RoomId roomId, long version, int count, List<PresentUser> users, boolean more)
            implements ServerFrame {
        @Override
        public JsonWriter write() {
            JsonWriter json = begin("presence", id)
                    .text("roomId", roomId.value())
                    .number("version", version)
                    .number("count", count);
            return put(json, "users", users).flag("more", more);
        }
    }

    record PresenceChange(RoomId roomId, long version, List<PresenceChanged> changes) implements ServerFrame {
        @Override
        public JsonWriter write() {
            JsonWriter json = begin("presence_change", Optional.empty())
                    .text("roomId", roomId.value())
                    .number("version", version)
                    .openArray("changes");
            changes.forEach(change -> json.open()
                    .text("userId", change.userId().value())
                    .flag("online", change.online())
                    .close());
            return json.closeArray();
        }
    }

    /** A user has begun or ceased to type. */
    record Typing(Target target, UserId userId, boolean isTyping) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("typing_indicator", Optional.empty())
                    .target(target)
                    .text("userId", userId.value())
                    .flag("isTyping", isTyping);
        }
    }

    /** How far a member has read a room. */
    record Read(RoomId roomId, UserId userId, long seq) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("read", Optional.empty())
                    .text("roomId", roomId.value())
                    .text("userId", userId.value())
                    .number("seq", seq);
        }
    }

    /**
     * The user's role in a room from now on.
     *
     * @param role empty for a user who is no member any more
     * @param byUserId the user who made the change; empty for the application's server
     * @param invited the role that the user is invited to; empty if it is no invitation
     */
    record Membership(
            RoomId roomId, Optional<String> role, String name, Optional<UserId> byUserId, Optional<String> invited)
            implements ServerFrame {
        /** An end is written as a role of null. */
        @Override
        public JsonWriter write() {
            JsonWriter json = begin("membership", Optional.empty()).text("roomId", roomId.value());
            return role.map(given -> json.text("role", given))
                    .orElseGet(() -> json.none("role"))
                    .text("invited", invited)
                    .text("name", name)
                    .text("byUserId", byUserId.map(UserId::value));
        }
    }

    /**
     * Entries of the user's inbox are missing, which were trimmed before they were delivered.
     *
     * @param position the position of the last of them
     */
    record Gap(Position position, long count) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return put(begin("gap", Optional.empty()), this);
        }
    }

    record Left(Optional<String> id, RoomId roomId) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("left", id).text("roomId", roomId.value());
        }
    }

    /** @param target empty for what went to every session */
    record Ack(Optional<String> id, Optional<Target> target, String messageId, Position position)
            implements ServerFrame {
        public Ack(Optional<String> id, Target target, String messageId, Position position) {
            this(id, Optional.of(target), messageId, position);
        }

        @Override
        public JsonWriter write() {
            JsonWriter json = begin("ack", id);
            target.ifPresent(json::target);
            return put(json.text("messageId", messageId), position);
        }
    }

    /** An {@code ack} of what is not stored and has no position. */
    record Sent(Optional<String> id, Target target) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("ack", id).target(target);
        }
    }

    /**
     * @param messages oldest first
     * @param gap whether entries after the requested position are no longer kept
     */
    record History(Optional<String> id, Target target, String epoch, JsonMessages messages, boolean more, boolean gap)
            implements ServerFrame {
        @Override
        public JsonWriter write() {
            JsonWriter json = begin("history", id);
            json.target(target).text("epoch", epoch);
            json.split("messages").flag("more", more);
            return gap ? json.flag("gap", true) : json;
        }
    }

    /**
     * @param matches newest first
     * @param cursor where the next page begins; empty at the end
     * @param partial whether not all was searched
     */
    record Search(Optional<String> id, JsonMessages matches, Optional<String> cursor, boolean partial)
            implements ServerFrame {
        @Override
        public JsonMessages messages() {
            return matches;
        }

        @Override
        public JsonWriter write() {
            JsonWriter json = begin("search", id).split("matches").text("cursor", cursor);
            return partial ? json.flag("partial", true) : json;
        }
    }

    record Pong(Optional<String> id, long timestamp) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("pong", id).number("timestamp", timestamp);
        }
    }

    record Health(Optional<String> id, String status, long sessionExpiresAt, long serverTime) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("health-check", id)
                    .text("status", status)
                    .number("sessionExpiresAt", sessionExpiresAt)
                    .number("serverTime", serverTime);
        }
    }

    record RateLimited(Optional<String> id, Rejection.Limited limit) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("rate_limited", id)
                    .text("scope", limit.scope().id())
                    .text("window", limit.window().id())
                    .number("retryAfter", limit.retryAfterMs())
                    .number("remaining", 0);
        }
    }

    record Refused(Optional<String> id, Optional<String> roomId, Rejection.Failed why, String requestId, long timestamp)
            implements ServerFrame {
        @Override
        public JsonWriter write() {
            Reason reason = why.reason();
            JsonWriter json = begin("error", id)
                    .text("roomId", roomId)
                    .text("reason", reason.id())
                    .text("message", reason.sentence())
                    .text("requestId", requestId)
                    .number("timestamp", timestamp);
            return details(json, why.details());
        }
    }

    record ServerDraining(long reconnectInMs) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("server_draining", Optional.empty()).number("reconnectInMs", reconnectInMs);
        }
    }

    /** The token of the session ends soon. */
    record TokenExpiring(long expiresAt) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("token_expiring", Optional.empty()).number("expiresAt", expiresAt);
        }
    }

    /** The session goes on with a new token. */
    record TokenRefreshed(Optional<String> id, long expiresAt) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("token_refreshed", id).number("expiresAt", expiresAt);
        }
    }

    /**
     * The right to upload one file.
     *
     * @param uploadUrl absolute, or a path on this server
     * @param expiresAt when the URL is good no more
     * @param fileUrl by which messages refer to the file
     */
    record UploadTicket(
            Optional<String> id, String uploadUrl, long expiresAt, long maxBytes, String fileId, String fileUrl)
            implements ServerFrame {
        @Override
        public String toString() {
            return "UploadTicket[" + fileId + "]"; // the URL is a credential (CWE-532)
        }

        @Override
        public JsonWriter write() {
            return begin("upload_ticket", id)
                    .text("uploadUrl", uploadUrl)
                    .number("expiresAt", expiresAt)
                    .number("maxBytes", maxBytes)
                    .text("fileId", fileId)
                    .text("fileUrl", fileUrl);
        }
    }

    /** The CSRF token that the frames of the session must carry from now on. */
    record CsrfRotated(String csrfToken) implements ServerFrame {
        @Override
        public JsonWriter write() {
            return begin("csrf_rotated", Optional.empty()).text("csrfToken", csrfToken);
        }

        @Override
        public String toString() {
            return "CsrfRotated";
        }
    }

    private static JsonWriter begin(String type, Optional<String> id) {
        int typicalSize = 256;
        return new JsonWriter(typicalSize).open().text("type", type).text("id", id);
    }

    private static JsonWriter put(JsonWriter json, Gap gap) {
        return put(json, gap.position()).number("count", gap.count());
    }

    private static JsonWriter put(JsonWriter json, String name, List<PresentUser> users) {
        json.openArray(name);
        users.forEach(user -> json.open()
                .text("userId", user.userId().value())
                .number("sessions", user.sessions())
                .close());
        return json.closeArray();
    }

    private static JsonWriter put(JsonWriter json, Position position) {
        return json.text("epoch", position.epoch()).number("seq", position.seq());
    }

    private static JsonWriter details(JsonWriter json, List<Violation> details) {
        if (details.isEmpty()) {
            return json;
        }
        json.openArray("details");
        for (Violation detail : details) {
            json.open().text("path", detail.path()).text("rule", detail.rule()).close();
        }
        return json.closeArray();
    }
}

package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;

/** Encodes the server's own frames as JSON. */
public final class FrameEncoder {
    private static final int TYPICAL_SIZE = 256;

    private FrameEncoder() {}

    public static byte[] encode(ServerFrame frame) {
        FrameChunks chunks = chunks(frame);
        byte[] whole = new byte[chunks.length()];
        int size = 0;
        while (chunks.hasNext()) {
            byte[] chunk = chunks.next();
            System.arraycopy(chunk, 0, whole, size, chunk.length);
            size += chunk.length;
        }
        return whole;
    }

    /** Encodes a frame with messages, which may be large. */
    public static FrameChunks chunks(ServerFrame frame) {
        Encoding encoding = new Encoding();
        byte[] text = frame.accept(encoding).close().toBytes();
        return new FrameChunks(text, encoding.split.orElse(text.length), encoding.messages);
    }

    static JsonWriter put(JsonWriter json, Target target) {
        return target.fold(room -> json.text("roomId", room.value()), user -> json.text("recipientId", user.value()));
    }

    /** Writes a frame without its messages and without the closing brace. */
    private static final class Encoding implements ServerFrame.Cases<JsonWriter> {
        private JsonMessages messages = JsonMessages.NONE;
        private Optional<Integer> split = Optional.empty();

        @Override
        public JsonWriter authSuccess(ServerFrame.AuthSuccess frame) {
            ServerFrame.Limits limits = frame.limits();
            JsonWriter json = begin("auth_success", frame.id())
                    .text("userId", frame.userId().value())
                    .text("sessionId", frame.sessionId())
                    .text("role", frame.role().id())
                    .text("csrfToken", frame.csrfToken())
                    .number("expiresAt", frame.expiresAt())
                    .number("heartbeatMs", frame.heartbeatMs())
                    .openObject("limits")
                    .number("burst", limits.burst())
                    .number("minute", limits.minute())
                    .number("hour", limits.hour())
                    .number("frameBytes", limits.frameBytes())
                    .openObject("actions");
            limits.actions().forEach(json::number);
            json.close().close().openObject("inbox");
            put(json, frame.inbox());
            frame.gap().ifPresent(gap -> put(json.openObject("gap"), gap).close());
            return json.close();
        }

        @Override
        public JsonWriter authFailure(ServerFrame.AuthFailure frame) {
            return begin("auth_failure", frame.id())
                    .text("reason", frame.reason().id());
        }

        @Override
        public JsonWriter joined(ServerFrame.Joined frame) {
            JsonWriter json =
                    begin("joined", frame.id()).text("roomId", frame.roomId().value());
            messages(put(json, frame.position()).flag("recovered", frame.recovered()), frame.messages())
                    .flag("more", frame.more());
            frame.readSeq().ifPresent(seq -> json.number("readSeq", seq));
            frame.members().ifPresent(members -> users(json, "members", members));
            return json;
        }

        @Override
        public JsonWriter left(ServerFrame.Left frame) {
            return begin("left", frame.id()).text("roomId", frame.roomId().value());
        }

        @Override
        public JsonWriter sent(ServerFrame.Sent frame) {
            return FrameEncoder.put(begin("ack", frame.id()), frame.target());
        }

        @Override
        public JsonWriter ack(ServerFrame.Ack frame) {
            JsonWriter json = begin("ack", frame.id());
            frame.target().ifPresent(target -> FrameEncoder.put(json, target));
            return put(json.text("messageId", frame.messageId()), frame.position());
        }

        @Override
        public JsonWriter history(ServerFrame.History frame) {
            JsonWriter json = begin("history", frame.id());
            FrameEncoder.put(json, frame.target()).text("epoch", frame.epoch());
            messages(json, frame.messages()).flag("more", frame.more());
            return frame.gap() ? json.flag("gap", true) : json;
        }

        @Override
        public JsonWriter pong(ServerFrame.Pong frame) {
            return begin("pong", frame.id()).number("timestamp", frame.timestamp());
        }

        @Override
        public JsonWriter health(ServerFrame.Health frame) {
            return begin("health-check", frame.id())
                    .text("status", frame.status())
                    .number("sessionExpiresAt", frame.sessionExpiresAt())
                    .number("serverTime", frame.serverTime());
        }

        @Override
        public JsonWriter rateLimited(ServerFrame.RateLimited frame) {
            return begin("rate_limited", frame.id())
                    .text("scope", frame.limit().scope().id())
                    .text("window", frame.limit().window().id())
                    .number("retryAfter", frame.limit().retryAfterMs())
                    .number("remaining", 0);
        }

        @Override
        public JsonWriter refused(ServerFrame.Refused frame) {
            Reason reason = frame.why().reason();
            JsonWriter json = begin("error", frame.id())
                    .text("roomId", frame.roomId())
                    .text("reason", reason.id())
                    .text("message", reason.sentence())
                    .text("requestId", frame.requestId())
                    .number("timestamp", frame.timestamp());
            return details(json, frame.why().details());
        }

        @Override
        public JsonWriter serverDraining(ServerFrame.ServerDraining frame) {
            return begin("server_draining", Optional.empty()).number("reconnectInMs", frame.reconnectInMs());
        }

        @Override
        public JsonWriter tokenExpiring(ServerFrame.TokenExpiring frame) {
            return begin("token_expiring", Optional.empty()).number("expiresAt", frame.expiresAt());
        }

        @Override
        public JsonWriter tokenRefreshed(ServerFrame.TokenRefreshed frame) {
            return begin("token_refreshed", frame.id()).number("expiresAt", frame.expiresAt());
        }

        @Override
        public JsonWriter csrfRotated(ServerFrame.CsrfRotated frame) {
            return begin("csrf_rotated", Optional.empty()).text("csrfToken", frame.csrfToken());
        }

        @Override
        public JsonWriter uploadTicket(ServerFrame.UploadTicket frame) {
            return begin("upload_ticket", frame.id())
                    .text("uploadUrl", frame.uploadUrl())
                    .number("expiresAt", frame.expiresAt())
                    .number("maxBytes", frame.maxBytes())
                    .text("fileId", frame.fileId())
                    .text("fileUrl", frame.fileUrl());
        }

        @Override
        public JsonWriter presence(ServerFrame.Presence frame) {
            JsonWriter json = begin("presence", frame.id())
                    .text("roomId", frame.roomId().value())
                    .number("version", frame.version())
                    .number("count", frame.count());
            return users(json, "users", frame.users()).flag("more", frame.more());
        }

        @Override
        public JsonWriter presenceChange(ServerFrame.PresenceChange frame) {
            JsonWriter json = begin("presence_change", Optional.empty())
                    .text("roomId", frame.roomId().value())
                    .number("version", frame.version())
                    .openArray("changes");
            frame.changes()
                    .forEach(change -> json.open()
                            .text("userId", change.userId().value())
                            .flag("online", change.online())
                            .close());
            return json.closeArray();
        }

        @Override
        public JsonWriter typing(ServerFrame.Typing frame) {
            return FrameEncoder.put(begin("typing_indicator", Optional.empty()), frame.target())
                    .text("userId", frame.userId().value())
                    .flag("isTyping", frame.isTyping());
        }

        @Override
        public JsonWriter read(ServerFrame.Read frame) {
            return begin("read", Optional.empty())
                    .text("roomId", frame.roomId().value())
                    .text("userId", frame.userId().value())
                    .number("seq", frame.seq());
        }

        /** An end is written as a role of null. */
        @Override
        public JsonWriter membership(ServerFrame.Membership frame) {
            JsonWriter json = begin("membership", Optional.empty())
                    .text("roomId", frame.roomId().value());
            return frame.role()
                    .map(role -> json.text("role", role))
                    .orElseGet(() -> json.none("role"))
                    .text("invited", frame.invited())
                    .text("name", frame.name())
                    .text("byUserId", frame.byUserId().map(UserId::value));
        }

        @Override
        public JsonWriter gap(ServerFrame.Gap frame) {
            return put(begin("gap", Optional.empty()), frame);
        }

        private static JsonWriter put(JsonWriter json, ServerFrame.Gap gap) {
            return put(json, gap.position()).number("count", gap.count());
        }

        private static JsonWriter users(JsonWriter json, String name, List<ServerFrame.PresentUser> users) {
            json.openArray(name);
            users.forEach(user -> json.open()
                    .text("userId", user.userId().value())
                    .number("sessions", user.sessions())
                    .close());
            return json.closeArray();
        }

        private static JsonWriter begin(String type, Optional<String> id) {
            return new JsonWriter(TYPICAL_SIZE).open().text("type", type).text("id", id);
        }

        private static JsonWriter put(JsonWriter json, Position position) {
            return json.text("epoch", position.epoch()).number("seq", position.seq());
        }

        private JsonWriter messages(JsonWriter json, JsonMessages all) {
            json.openArray("messages");
            messages = all;
            split = Optional.of(json.size());
            return json.closeArray();
        }

        private static JsonWriter details(JsonWriter json, List<Violation> details) {
            if (details.isEmpty()) {
                return json;
            }
            json.openArray("details");
            for (Violation detail : details) {
                json.open()
                        .text("path", detail.path())
                        .text("rule", detail.rule())
                        .close();
            }
            return json.closeArray();
        }
    }
}

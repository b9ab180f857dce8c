package dev.portcullis.admin;

import dev.portcullis.broadcast.server.ServerMessage;
import dev.portcullis.broadcast.server.ServerOutcome;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the application's own server does with rooms and users.
 *
 * @param publisher publishes messages
 * @param sent counts what became of them
 * @param users what is kept of users
 */
public record ServerDirectory(Publisher publisher, Consumer<SentMessage> sent, Users users) {

    /** Publishes messages to a room or an inbox. */
    @FunctionalInterface
    public interface Publisher {
        /** Never fails. One outcome for each message, in their order. */
        Future<List<ServerOutcome>> publish(StreamName to, List<ServerMessage> messages, int undelivered);
    }

    /** What is kept of users. Its futures fail where the store does; then the call may be repeated. */
    public interface Users {
        /**
         * A user's data, as one JSON object.
         *
         * @param sessions the live ones, as JSON values
         * @param after the part of the inbox behind this seq
         */
        Future<Buffer> export(UserId user, List<Map<String, Object>> sessions, long after);

        /** Completes when nothing is left. */
        Future<Void> delete(UserId user);
    }
}

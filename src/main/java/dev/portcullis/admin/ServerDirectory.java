package dev.portcullis.admin;

import dev.portcullis.broadcast.server.ServerMessage;
import dev.portcullis.broadcast.server.ServerOutcome;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the application's own server does with rooms and users.
 *
 * @param publisher publishes messages
 * @param sent counts what became of them
 */
public record ServerDirectory(Publisher publisher, Consumer<SentMessage> sent) {

    /** Publishes messages to a room or an inbox. */
    @FunctionalInterface
    public interface Publisher {
        /** Never fails. One outcome for each message, in their order. */
        Future<List<ServerOutcome>> publish(StreamName to, List<ServerMessage> messages, int undelivered);
    }
}

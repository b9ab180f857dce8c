package dev.portcullis.edge.session;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedMessage;
import dev.portcullis.streams.StreamEntry;
import java.util.List;
import java.util.concurrent.Executor;

/** Sends what an admin says to all sessions of an event loop that are open when the loop learns of it. */
public record NotificationDelivery(ConnectionRegistry registry, MemoryBudget memory, Executor loop) {
    /** From now on sends each notification to the connections of this event loop. */
    public void begin(NotificationFollower follower) {
        follower.subscribe(entries -> loop.execute(() -> deliver(entries)));
    }

    /** Encoded once for all clients of the loop, which share the bytes. */
    private void deliver(List<StreamEntry> entries) {
        List<SharedMessage> messages = entries.stream()
                .map(entry -> new SharedMessage(json(entry.body()), memory))
                .toList();
        registry.each(connection -> deliver(connection, messages), () -> messages.forEach(SharedMessage::release));
    }

    private static void deliver(Connection connection, List<SharedMessage> messages) {
        if (connection.mayAct()) {
            messages.forEach(connection::deliver);
        }
    }

    /** The body is a JSON object without its opening brace. */
    private static byte[] json(byte[] body) {
        byte[] json = new byte[body.length + 1];
        json[0] = '{';
        System.arraycopy(body, 0, json, 1, body.length);
        return json;
    }
}

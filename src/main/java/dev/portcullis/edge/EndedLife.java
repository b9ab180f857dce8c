package dev.portcullis.edge;

import dev.portcullis.protocol.CloseCode;
import java.util.Collection;
import java.util.List;

/**
 * Sends away those whose session ended with a life of this node: they admit nothing from now on, and are closed one after
 * the other, so that they do not come back all at once.
 */
final class EndedLife {
    private final Collection<Connection> connections;
    private final Wheel wheel;
    private final long windowMs;

    EndedLife(Collection<Connection> connections, Wheel wheel, long windowMs) {
        this.connections = connections;
        this.wheel = wheel;
        this.windowMs = windowMs;
    }

    void bury(String incarnation) {
        List<Connection> held = connections.stream()
                .filter(connection -> connection
                        .identified()
                        .filter(session -> session.holder().incarnation().equals(incarnation))
                        .isPresent())
                .toList();
        held.forEach(Connection::outliveSession);
        TimeSlots.spread(held, windowMs, (connection, begins, ends) -> sendAway(connection.handle(), begins));
    }

    private void sendAway(Handle<Connection> handle, long millis) {
        wheel.in(millis, () -> handle.ifHeld(connection -> connection.end(CloseCode.RESTARTING)));
    }
}

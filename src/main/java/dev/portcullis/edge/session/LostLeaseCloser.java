package dev.portcullis.edge.session;

import dev.portcullis.edge.connection.ClearableReference;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.TimeSlots;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.protocol.CloseCode;
import java.util.Collection;
import java.util.List;

/**
 * Closes the connections whose sessions ended with an incarnation of this node. None of their frames is admitted from
 * then on. They are closed one by one, so that the clients do not all reconnect at once.
 */
public final class LostLeaseCloser {
    private final Collection<Connection> connections;
    private final TimerWheel timers;
    private final long windowMs;

    public LostLeaseCloser(Collection<Connection> connections, TimerWheel timers, long windowMs) {
        this.connections = connections;
        this.timers = timers;
        this.windowMs = windowMs;
    }

    void closeSessionsOf(String incarnation) {
        List<Connection> held = connections.stream()
                .filter(connection -> connection
                        .identified()
                        .filter(session -> session.owner().incarnation().equals(incarnation))
                        .isPresent())
                .toList();
        held.forEach(Connection::markLeaseLost);
        TimeSlots.spread(held, windowMs, (connection, begins, ends) -> closeLater(connection.reference(), begins));
    }

    private void closeLater(ClearableReference<Connection> reference, long millis) {
        timers.in(millis, () -> reference.ifPresent(connection -> connection.close(CloseCode.RESTARTING)));
    }
}

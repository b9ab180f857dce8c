package dev.portcullis.edge.connection;

import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.ServerFrame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Closes the connections of an event loop before a planned stop. Each client is sent its time slot at once, is served
 * until then, and is closed with 1012 in its slot once the current frame is answered. The slots are spread over the
 * window, so that the clients do not all reconnect at once.
 */
public final class Drain {
    private static final long CHECK_MS = 20;
    private static final long LAST_FRAME_MS = 500;

    private final Vertx vertx;
    private final TimerWheel timers;

    public Drain(Vertx vertx, TimerWheel timers) {
        this.vertx = vertx;
        this.timers = timers;
    }

    /** Completes when the last connection is closed, or when the window and the time for closing are over. */
    public Future<Void> begin(ConnectionRegistry registry, long windowMs, long closingMs) {
        Set<Connection> notified = new HashSet<>(registry.all());
        TimeSlots.spread(notified, windowMs, (connection, begins, ends) -> announce(connection, ends));
        Promise<Void> done = Promise.promise();
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(windowMs + closingMs);
        awaitClosed(registry, notified, until, done);
        return done.future();
    }

    private void announce(Connection connection, long slot) {
        connection.send(new ServerFrame.ServerDraining(slot));
        ClearableReference<Connection> reference = connection.reference();
        timers.in(slot, () -> reference.ifPresent(each -> each.closeAfterFrame(CloseCode.RESTARTING)));
        timers.in(slot + LAST_FRAME_MS, () -> reference.ifPresent(each -> each.close(CloseCode.RESTARTING)));
    }

    private void awaitClosed(ConnectionRegistry registry, Set<Connection> notified, long until, Promise<Void> done) {
        for (Connection connection : registry.all()) { // some handshakes were under way when the drain began
            if (notified.add(connection)) {
                announce(connection, 0);
            }
        }
        if (registry.all().isEmpty() || System.nanoTime() - until > 0) {
            done.complete();
        } else {
            vertx.setTimer(CHECK_MS, any -> awaitClosed(registry, notified, until, done));
        }
    }
}

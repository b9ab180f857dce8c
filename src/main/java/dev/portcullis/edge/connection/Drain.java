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
 * Sends an event loop's connections away before a planned stop: each is told at once when its slot is, goes on being
 * served until then, and is closed 1012 in it, once the frame in hand is answered. The slots are spread over the window,
 * so that those who come back do not come all at once.
 */
public final class Drain {
    private static final long LOOK_MS = 20;
    private static final long LAST_FRAME_MS = 500;

    private final Vertx vertx;
    private final TimerWheel timers;

    public Drain(Vertx vertx, TimerWheel timers) {
        this.vertx = vertx;
        this.timers = timers;
    }

    /** Completes when the last connection is gone, or was given time enough to hear of it. */
    public Future<Void> begin(ConnectionRegistry registry, long windowMs, long closingMs) {
        Set<Connection> told = new HashSet<>(registry.all());
        TimeSlots.spread(told, windowMs, (connection, begins, ends) -> announce(connection, ends));
        Promise<Void> done = Promise.promise();
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(windowMs + closingMs);
        await(registry, told, until, done);
        return done.future();
    }

    private void announce(Connection connection, long slot) {
        connection.send(new ServerFrame.ServerDraining(slot));
        ClearableReference<Connection> reference = connection.handle();
        timers.in(slot, () -> reference.ifHeld(each -> each.closeAfterFrame(CloseCode.RESTARTING)));
        timers.in(slot + LAST_FRAME_MS, () -> reference.ifHeld(each -> each.close(CloseCode.RESTARTING)));
    }

    private void await(ConnectionRegistry registry, Set<Connection> told, long until, Promise<Void> done) {
        for (Connection late : registry.all()) { // their handshakes were under way when the drain began
            if (told.add(late)) {
                announce(late, 0);
            }
        }
        if (registry.all().isEmpty() || System.nanoTime() - until > 0) {
            done.complete();
        } else {
            vertx.setTimer(LOOK_MS, any -> await(registry, told, until, done));
        }
    }
}

package dev.portcullis.edge;

import dev.portcullis.edge.connection.ClearableReference;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.TimeSlots;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.codec.ServerFrame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Closes the connections of an event loop before a planned stop. Each client is sent its time slot at once, is served
 * until then, and is closed with 1012 in its slot once the current frame is answered. The slots are spread over the
 * window, so that the clients do not all reconnect at once.
 */
final class Drain {
    private static final long CHECK_MS = 20;

    /** A frame that the store takes long to answer has its outcome before its connection closes. */
    private static final long LAST_FRAME_MS = 3_000;

    /** What counts of the time between two checks. A process that was halted for longer has not yet closed those whose slot came. */
    private static final long LONGEST_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Vertx vertx;
    private final TimerWheel timers;
    private final BooleanSupplier answering;
    private final LongSupplier nanos;

    /** @param answering whether a call over HTTP is being processed */
    Drain(Vertx vertx, TimerWheel timers, BooleanSupplier answering, LongSupplier nanos) {
        this.vertx = vertx;
        this.timers = timers;
        this.answering = answering;
        this.nanos = nanos;
    }

    /**
     * Completes when the last connection is closed and no call is being processed, or when the window and the times for a last frame
     * and closing are over.
     */
    Future<Void> begin(Supplier<Collection<Connection>> open, long windowMs, long closingMs) {
        Set<Connection> notified = new HashSet<>(open.get());
        TimeSlots.spread(notified, windowMs, (connection, begins, ends) -> announce(connection, ends));
        Promise<Void> done = Promise.promise();
        long leftNanos = TimeUnit.MILLISECONDS.toNanos(windowMs + LAST_FRAME_MS + closingMs);
        awaitClosed(open, notified, leftNanos, done);
        return done.future();
    }

    private void announce(Connection connection, long slot) {
        connection.send(new ServerFrame.ServerDraining(slot));
        ClearableReference<Connection> reference = connection.reference();
        timers.in(
                slot,
                () -> reference.ifPresent(each -> {
                    each.closeAfterFrame(CloseCode.RESTARTING);
                    timers.in(LAST_FRAME_MS, () -> reference.ifPresent(late -> late.close(CloseCode.RESTARTING)));
                }));
    }

    private void awaitClosed(
            Supplier<Collection<Connection>> open, Set<Connection> notified, long leftNanos, Promise<Void> done) {
        for (Connection connection : open.get()) { // some handshakes were under way when the drain began
            if (notified.add(connection)) {
                announce(connection, 0);
            }
        }
        boolean idle = open.get().isEmpty() && !answering.getAsBoolean();
        if (idle || leftNanos < 0) {
            done.complete();
        } else {
            long from = nanos.getAsLong();
            vertx.setTimer(CHECK_MS, any -> {
                long step = Math.min(nanos.getAsLong() - from, LONGEST_STEP_NANOS);
                awaitClosed(open, notified, leftNanos - step, done);
            });
        }
    }
}

package dev.portcullis.edge.connection;

import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.edge.transport.ClientProgress;
import dev.portcullis.protocol.CloseCode;
import java.util.function.LongSupplier;

/** Checks each connection when something may be due: a ping, the expiry of its token, a notice or a timeout. */
public final class Heartbeat {
    /** Shorter than the time after which a client may come again that is refused for the connection that is asked. */
    private static final long ANSWER_MS = 3_000;

    /** Longer than a client waits that was refused meanwhile: its place goes to no one who asks more often. */
    private static final long RETURN_MS = 15_000;

    private final HeartbeatConfig config;
    private final long expiryNoticeMs;
    private final TimerWheel timers;
    private final LongSupplier clock;
    private final long maxIdleMs;

    /**
     * @param expiryNoticeMs how long before a token's end its client is told
     * @param maxIdleMs how long a session lasts without a frame from its client; 0 for any time
     */
    public Heartbeat(
            HeartbeatConfig config, long expiryNoticeMs, long maxIdleMs, TimerWheel timers, LongSupplier clock) {
        this.config = config;
        this.expiryNoticeMs = expiryNoticeMs;
        this.timers = timers;
        this.clock = clock;
        this.maxIdleMs = maxIdleMs == 0 ? Long.MAX_VALUE : maxIdleMs;
    }

    /**
     * The first check follows once this turn is over. To be called again when a deadline has changed: the next check
     * may be too late for it. A ping is due by the clock of the transport, which may be older: its client may leave before
     * the check.
     */
    void begin(Connection connection) {
        pingIfDue(connection, connection.liveness(clock.getAsLong(), maxIdleMs));
        next(connection, connection.beginChecks(), 1);
    }

    /**
     * Asks the client of a connection whether it is still there, and closes the connection if no answer comes within seconds: its
     * user wants a further one, for which there is no place beside it. The ping waits behind what a slow line has yet to take, and
     * the pong behind a message that is on its way: as long as these move on, the client has as much time again.
     */
    void ask(Connection connection) {
        ClientProgress before = connection.transport().progress();
        connection.transport().ping();
        awaitAnswer(connection, System.nanoTime(), before);
    }

    private void awaitAnswer(Connection connection, long askedAt, ClientProgress before) {
        ClearableReference<Connection> reference = connection.reference();
        timers.in(ANSWER_MS, () -> reference.ifPresent(present -> closeIfSilent(present, askedAt, before)));
    }

    private void closeIfSilent(Connection connection, long askedAt, ClientProgress before) {
        long now = System.nanoTime();
        if (connection.transport().silentFor(now) < now - askedAt || connection.isClosing()) {
            return;
        }
        ClientProgress progress = connection.transport().progress();
        if (progress.hasMovedSince(before)) {
            awaitAnswer(connection, askedAt, progress);
        } else {
            timers.in(RETURN_MS, connection.client().slot().vacate());
            connection.close(CloseCode.HEARTBEAT_TIMEOUT);
        }
    }

    private void next(Connection connection, int series, long inMs) {
        ClearableReference<Connection> reference = connection.reference();
        timers.in(inMs, () -> reference.ifPresent(present -> check(present, series)));
    }

    private void check(Connection connection, int series) {
        if (connection.isClosing() || !connection.isCurrent(series)) {
            return;
        }
        long now = clock.getAsLong();
        ConnectionLiveness liveness = connection.liveness(now, maxIdleMs);
        liveness.closeCode(config).ifPresentOrElse(connection::close, () -> {
            pingIfDue(connection, liveness);
            long untilNotice = connection.announce(now, expiryNoticeMs);
            long ping = timers.untilStep(liveness.nextPingMs(config));
            next(connection, series, Math.max(1, Math.min(ping, Math.min(liveness.nextCheckMs(config), untilNotice))));
        });
    }

    private void pingIfDue(Connection connection, ConnectionLiveness liveness) {
        if (liveness.pingDue(config)) {
            connection.transport().ping();
        }
    }
}

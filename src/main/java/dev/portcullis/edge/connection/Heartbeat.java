package dev.portcullis.edge.connection;

import dev.portcullis.edge.socket.TimerWheel;
import java.util.function.LongSupplier;

/** Checks each connection when something may be due: a ping, the expiry of its token, a notice or a timeout. */
public final class Heartbeat {
    private final HeartbeatConfig config;
    private final long expiryNoticeMs;
    private final TimerWheel timers;
    private final LongSupplier clock;

    /** @param expiryNoticeMs how long before a token's end its client is told */
    public Heartbeat(HeartbeatConfig config, long expiryNoticeMs, TimerWheel timers, LongSupplier clock) {
        this.config = config;
        this.expiryNoticeMs = expiryNoticeMs;
        this.timers = timers;
        this.clock = clock;
    }

    /**
     * The first check follows once this turn is over. To be called again when a deadline has changed: the next check
     * may be too late for it.
     */
    void begin(Connection connection) {
        next(connection, connection.beginChecks(), 1);
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
        ConnectionLiveness liveness = connection.liveness(now);
        liveness.closeCode(config).ifPresentOrElse(connection::close, () -> {
            if (liveness.pingDue(config)) {
                connection.ping();
            }
            long untilNotice = connection.announce(now, expiryNoticeMs);
            next(connection, series, Math.max(1, Math.min(liveness.nextCheckMs(config), untilNotice)));
        });
    }
}

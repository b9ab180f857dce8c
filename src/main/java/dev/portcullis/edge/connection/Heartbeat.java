package dev.portcullis.edge.connection;

import dev.portcullis.edge.socket.TimerWheel;
import java.util.function.LongSupplier;

/** Checks each connection when something may be due: a ping, the expiry of its token, or a timeout. */
public final class Heartbeat {
    private final HeartbeatConfig config;
    private final TimerWheel timers;
    private final LongSupplier clock;
    private final long maxIdleMs;

    /** @param maxIdleMs how long a session lasts without a frame from its client; 0 for any time */
    public Heartbeat(HeartbeatConfig config, long maxIdleMs, TimerWheel timers, LongSupplier clock) {
        this.config = config;
        this.timers = timers;
        this.clock = clock;
        this.maxIdleMs = maxIdleMs == 0 ? Long.MAX_VALUE : maxIdleMs;
    }

    /** The first check follows once this turn is over: a session may be attached in it, whose deadline is another. */
    void begin(Connection connection) {
        ClearableReference<Connection> reference = connection.reference();
        timers.in(1, () -> reference.ifPresent(this::check));
    }

    private void check(Connection connection) {
        if (connection.isClosing()) {
            return;
        }
        ConnectionLiveness liveness = connection.liveness(clock.getAsLong(), maxIdleMs);
        liveness.closeCode(config).ifPresentOrElse(connection::close, () -> {
            if (liveness.pingDue(config)) {
                connection.ping();
            }
            ClearableReference<Connection> reference = connection.reference();
            timers.in(liveness.nextCheckMs(config), () -> reference.ifPresent(this::check));
        });
    }
}

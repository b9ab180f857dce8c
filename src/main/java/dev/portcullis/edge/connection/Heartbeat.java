package dev.portcullis.edge.connection;

import dev.portcullis.edge.socket.TimerWheel;
import java.util.function.LongSupplier;

/** Checks each connection when something may be due: a ping, the expiry of its token, or a timeout. */
public final class Heartbeat {
    private final HeartbeatConfig config;
    private final TimerWheel timers;
    private final LongSupplier clock;

    public Heartbeat(HeartbeatConfig config, TimerWheel timers, LongSupplier clock) {
        this.config = config;
        this.timers = timers;
        this.clock = clock;
    }

    void begin(Connection connection) {
        check(connection);
    }

    private void check(Connection connection) {
        if (connection.isClosing()) {
            return;
        }
        ConnectionLiveness liveness = connection.liveness(clock.getAsLong());
        liveness.closeCode(config).ifPresentOrElse(connection::close, () -> {
            if (liveness.pingDue(config)) {
                connection.ping();
            }
            ClearableReference<Connection> reference = connection.reference();
            timers.in(liveness.nextCheckMs(config), () -> reference.ifPresent(this::check));
        });
    }
}

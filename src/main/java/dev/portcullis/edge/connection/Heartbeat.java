package dev.portcullis.edge.connection;

import dev.portcullis.edge.socket.TimerWheel;
import java.util.function.LongSupplier;

/** Looks at each connection when something may be due: a ping, the end of its token, the end of patience. */
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
        ConnectionLiveness liveness = connection.vitals(clock.getAsLong());
        liveness.verdict(config).ifPresentOrElse(connection::close, () -> {
            if (liveness.pingDue(config)) {
                connection.ping();
            }
            ClearableReference<Connection> reference = connection.handle();
            timers.in(liveness.nextLook(config), () -> reference.ifHeld(this::check));
        });
    }
}

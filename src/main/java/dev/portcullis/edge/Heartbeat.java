package dev.portcullis.edge;

import java.util.function.LongSupplier;

/** Looks at each connection when something may be due: a ping, the end of its token, the end of patience. */
final class Heartbeat {
    private final HeartbeatConfig config;
    private final Wheel wheel;
    private final LongSupplier clock;

    Heartbeat(HeartbeatConfig config, Wheel wheel, LongSupplier clock) {
        this.config = config;
        this.wheel = wheel;
        this.clock = clock;
    }

    void begin(Connection connection) {
        look(connection);
    }

    private void look(Connection connection) {
        if (connection.over()) {
            return;
        }
        Vitals vitals = connection.vitals(clock.getAsLong());
        vitals.verdict(config).ifPresentOrElse(connection::end, () -> {
            if (vitals.pingDue(config)) {
                connection.ping();
            }
            Handle<Connection> handle = connection.handle();
            wheel.in(vitals.nextLook(config), () -> handle.ifHeld(this::look));
        });
    }
}

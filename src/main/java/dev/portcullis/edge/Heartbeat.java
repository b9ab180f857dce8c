package dev.portcullis.edge;

import dev.portcullis.audit.Meters;
import dev.portcullis.protocol.CloseCode;
import java.util.function.LongSupplier;

/** Looks at each connection when something may be due: a ping, the end of its token, the end of patience. */
final class Heartbeat {
    private final HeartbeatConfig config;
    private final Wheel wheel;
    private final Meters meters;
    private final LongSupplier clock;

    Heartbeat(HeartbeatConfig config, Wheel wheel, Meters meters, LongSupplier clock) {
        this.config = config;
        this.wheel = wheel;
        this.meters = meters;
        this.clock = clock;
    }

    void begin(Connection connection) {
        look(connection);
    }

    private void look(Connection connection) {
        if (connection.over()) {
            return;
        }
        long now = clock.getAsLong();
        Vitals vitals = connection.vitals(now);
        vitals.verdict(config).ifPresentOrElse(code -> end(connection, code), () -> {
            if (vitals.pingDue(config)) {
                connection.ping(now);
            }
            wheel.in(vitals.nextLook(config), () -> look(connection));
        });
    }

    private void end(Connection connection, CloseCode code) {
        if (code == CloseCode.HEARTBEAT_TIMEOUT) {
            meters.heartbeatTerminated();
        }
        connection.end(code);
    }
}

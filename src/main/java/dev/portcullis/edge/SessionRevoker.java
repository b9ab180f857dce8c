package dev.portcullis.edge;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.Meters;
import dev.portcullis.auth.Cutoff;
import dev.portcullis.auth.Session;
import dev.portcullis.edge.RecentCutoffs.Noted;
import dev.portcullis.protocol.CloseCode;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Closes the connections of sessions that were cut off, or that have ended for a reason unknown. */
final class SessionRevoker {
    private static final String LAPSED = "lapsed";

    private final Connections connections;
    private final RecentCutoffs recent;
    private final Audit audit;
    private final Meters meters;
    private final LongSupplier clock;

    SessionRevoker(Connections connections, RecentCutoffs recent, Audit audit, Meters meters, LongSupplier clock) {
        this.connections = connections;
        this.recent = recent;
        this.audit = audit;
        this.meters = meters;
        this.clock = clock;
    }

    /** Closes the connection of this session, if it is here. */
    void cutOff(Noted cutoff) {
        connections.find(cutoff.cutoff().sessionId()).ifPresent(connection -> close(connection, cutoff));
    }

    /** Closes a connection whose session was cut off before it was known here (CWE-367). */
    void checkRecent(Connection connection) {
        recent.find(connection.session().id()).ifPresent(cutoff -> close(connection, cutoff));
    }

    /** The session has ended, and no cut-off says why: its user may come back, and is told then. */
    void lapsed(Session session) {
        connections.find(session.id()).ifPresent(connection -> close(connection, LAPSED, CloseCode.RESTARTING));
    }

    private void close(Connection connection, Noted cutoff) {
        Cutoff what = cutoff.cutoff();
        meters.revocationTook(TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.getAsLong() - cutoff.at())));
        close(connection, what.cause().word(), codeOf(what));
    }

    private void close(Connection connection, String why, CloseCode code) {
        audit.event(connection
                .peer()
                .event(EventName.WS_SESSION_REVOKED, connection.identified())
                .reason(why));
        connection.end(code);
    }

    private static CloseCode codeOf(Cutoff cutoff) {
        return switch (cutoff.cause()) {
            case EVICTED -> CloseCode.TOO_MANY_SESSIONS;
            case SILENT -> CloseCode.HEARTBEAT_TIMEOUT;
            case OTHER -> CloseCode.REVOKED;
        };
    }
}

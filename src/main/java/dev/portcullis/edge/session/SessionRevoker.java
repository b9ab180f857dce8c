package dev.portcullis.edge.session;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.revocation.Cutoff;
import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.session.RecentCutoffs.TimedCutoff;
import dev.portcullis.protocol.CloseCode;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Closes the connections of sessions that were cut off, or that have ended for an unknown reason. */
public final class SessionRevoker {
    private static final String LAPSED = "lapsed";

    private final ConnectionRegistry registry;
    private final RecentCutoffs recent;
    private final Audit audit;
    private final Metrics metrics;
    private final LongSupplier clock;

    public SessionRevoker(
            ConnectionRegistry registry, RecentCutoffs recent, Audit audit, Metrics metrics, LongSupplier clock) {
        this.registry = registry;
        this.recent = recent;
        this.audit = audit;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Closes the connection of this session, if it is on this event loop. */
    void cutOff(TimedCutoff cutoff) {
        registry.find(cutoff.cutoff().sessionId()).ifPresent(connection -> close(connection, cutoff));
    }

    /** Closes a connection whose session was cut off before the registry knew it (CWE-367). */
    void checkRecent(Connection connection) {
        recent.find(connection.session().id()).ifPresent(cutoff -> close(connection, cutoff));
    }

    /**
     * Closes the connection of a session that has ended without a known cut-off. Its user may reconnect, and learns the
     * reason then.
     */
    void closeEnded(Session session) {
        registry.find(session.id()).ifPresent(connection -> close(connection, LAPSED, CloseCode.RESTARTING));
    }

    private void close(Connection connection, TimedCutoff cutoff) {
        Cutoff published = cutoff.cutoff();
        metrics.revocationTimed(TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.getAsLong() - cutoff.publishedAt())));
        close(connection, published.cause().id(), codeOf(published));
    }

    private void close(Connection connection, String reason, CloseCode code) {
        audit.event(connection
                .client()
                .event(EventName.WS_SESSION_REVOKED, connection.identified())
                .reason(reason));
        connection.close(code);
    }

    private static CloseCode codeOf(Cutoff cutoff) {
        return switch (cutoff.cause()) {
            case EVICTED -> CloseCode.TOO_MANY_SESSIONS;
            case UNRESPONSIVE -> CloseCode.HEARTBEAT_TIMEOUT;
            case OTHER -> CloseCode.REVOKED;
        };
    }
}

package dev.portcullis.edge.session;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.session.RecentCutoffs.TimedCutoff;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.ratelimit.ban.BanFollower;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Closes the connections that were cut off, and those of sessions that have ended for an unknown reason. */
public final class SessionRevoker {
    private static final String LAPSED = "lapsed";

    private final ConnectionRegistry registry;
    private final RecentCutoffs recent;
    private final BanFollower bans;
    private final Audit audit;
    private final Metrics metrics;
    private final CloseCode revokedCode;
    private final LongSupplier clock;

    /**
     * @param bans tell which of them were lifted
     * @param revokedCode for what was revoked
     */
    public SessionRevoker(
            ConnectionRegistry registry,
            RecentCutoffs recent,
            BanFollower bans,
            Audit audit,
            Metrics metrics,
            CloseCode revokedCode,
            LongSupplier clock) {
        this.registry = registry;
        this.recent = recent;
        this.bans = bans;
        this.audit = audit;
        this.metrics = metrics;
        this.revokedCode = revokedCode;
        this.clock = clock;
    }

    /** Closes the connections of this event loop that are cut off. */
    void cutOff(TimedCutoff cutoff) {
        if (!isOver(cutoff)) {
            closeAmong(registry.find(CutoffScope.key(cutoff.cutoff())), cutoff);
        }
    }

    /** Closes a connection that was cut off before the registry knew its session (CWE-367). */
    void checkRecent(Connection connection) {
        long now = clock.getAsLong();
        recent.find(connection.keys(), now)
                .filter(each -> CutoffScope.contains(each.cutoff(), connection.identified()))
                .filter(each -> !isOver(each))
                .findFirst()
                .ifPresent(cutoff -> close(connection, cutoff));
    }

    /**
     * Closes the connection of a session that has ended without a known cut-off. Its user may reconnect, and learns the
     * reason then.
     */
    void closeEnded(Session session) {
        registry.find(session.id()).ifPresent(connection -> close(connection, LAPSED, CloseCode.RESTARTING));
    }

    /** The cut-off of a ban that was lifted, or has ended, since. It is read again for a minute. */
    private boolean isOver(TimedCutoff cutoff) {
        return cutoff.cutoff()
                .fold(
                        ended -> false,
                        token -> false,
                        user -> user.cause() == UserCutOff.Cause.BANNED
                                && bans.isOver(user.user(), cutoff.publishedAt()));
    }

    /** Leaves out connections that close already: a cut-off may be read several times. */
    private void closeAmong(List<Connection> connections, TimedCutoff cutoff) {
        for (Connection each : connections) {
            if (!each.isClosing() && CutoffScope.contains(cutoff.cutoff(), each.identified())) {
                close(each, cutoff);
            }
        }
    }

    private void close(Connection connection, TimedCutoff cutoff) {
        metrics.time(
                Metric.REVOCATION,
                TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.getAsLong() - cutoff.publishedAt())));
        close(connection, CutoffScope.reason(cutoff.cutoff()), CutoffScope.closeCode(cutoff.cutoff(), revokedCode));
    }

    private void close(Connection connection, String reason, CloseCode code) {
        audit.event(connection
                .client()
                .event(EventName.WS_SESSION_REVOKED, connection.identified())
                .reason(reason));
        connection.close(code);
    }
}

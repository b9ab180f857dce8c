package dev.portcullis.edge.session;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionKey;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.session.RecentCutoffs.TimedCutoff;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanFollower;
import dev.portcullis.ratelimit.ban.BanTarget;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Closes the connections that are cut off, those of banned users and of addresses that are banned for all, and those of sessions
 * that have ended for an unknown reason. Both new bans and new sessions are compared, each with what is known when it comes: so
 * one of the two sees the other (CWE-367).
 */
public final class SessionRevoker {
    private static final String LAPSED = "lapsed";

    private final ConnectionRegistry registry;
    private final RecentCutoffs recent;
    private final BanFollower bans;
    private final Audit audit;
    private final Metrics metrics;
    private final CloseCode revokedCode;
    private final Executor loop;
    private final LongSupplier clock;

    /** @param revokedCode for what was revoked */
    public SessionRevoker(
            ConnectionRegistry registry,
            RecentCutoffs recent,
            BanFollower bans,
            Audit audit,
            Metrics metrics,
            CloseCode revokedCode,
            Executor loop,
            LongSupplier clock) {
        this.registry = registry;
        this.recent = recent;
        this.bans = bans;
        this.audit = audit;
        this.metrics = metrics;
        this.revokedCode = revokedCode;
        this.loop = loop;
        this.clock = clock;
    }

    /** From now on compares the connections of this event loop with each new ban. */
    void begin() {
        bans.subscribe(added -> loop.execute(() -> compare(added)));
    }

    /** Closes the connections of this event loop that are cut off. */
    void cutOff(TimedCutoff cutoff) {
        if (!isOver(cutoff)) {
            closeAmong(registry.find(CutoffScope.key(cutoff.cutoff())), cutoff);
        }
    }

    /** Closes a connection that was cut off or banned before the registry knew its session (CWE-367). */
    void check(Connection connection) {
        checkRecent(connection);
        checkBans(connection);
    }

    /** Closes a connection whose user, or whose address, is banned. */
    void checkBans(Connection connection) {
        if (!connection.isClosing()) {
            banOf(connection).ifPresent(ban -> close(connection, ban));
        }
    }

    private void checkRecent(Connection connection) {
        long now = clock.getAsLong();
        recent.find(connection.keys(), now).stream()
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

    private void compare(List<Ban> added) {
        boolean wide = false;
        for (Ban ban : added) {
            Optional<ConnectionKey> key = keyOf(ban.target());
            key.ifPresent(found -> registry.find(found).forEach(this::checkBans));
            wide |= key.isEmpty() && ban.holdsForAll();
        }
        if (wide) {
            registry.each(this::checkBans);
        }
    }

    /** The key that all connections have which the ban may concern. Empty for a range that is wider than a key. */
    private static Optional<ConnectionKey> keyOf(BanTarget target) {
        return target.fold(
                user -> Optional.of(ConnectionKey.user(user)),
                range -> range.key().map(ConnectionKey::address));
    }

    private Optional<Ban> banOf(Connection connection) {
        return connection
                .identified()
                .flatMap(session -> bans.ofUser(session.sender().userId()))
                .or(() -> IpAddress.parse(connection.client().address())
                        .flatMap(bans::ofAddress)
                        .filter(Ban::holdsForAll));
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

    private void close(Connection connection, Ban ban) {
        if (ban.origin() != Ban.Origin.CONFIGURATION) {
            timed(ban.decidedAt());
        }
        close(connection, ban.target().fold(user -> "user_banned", range -> "address_banned"), CloseCode.BANNED);
    }

    private void close(Connection connection, TimedCutoff cutoff) {
        timed(cutoff.publishedAt());
        close(connection, CutoffScope.reason(cutoff.cutoff()), CutoffScope.closeCode(cutoff.cutoff(), revokedCode));
    }

    private void timed(long decidedAt) {
        metrics.time(Metric.REVOCATION, TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.getAsLong() - decidedAt)));
    }

    private void close(Connection connection, String reason, CloseCode code) {
        audit.event(connection
                .client()
                .event(EventName.WS_SESSION_REVOKED, connection.identified())
                .reason(reason));
        connection.close(code);
    }
}

package dev.portcullis.edge.session;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionKey;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanFollower;
import dev.portcullis.ratelimit.ban.BanTarget;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Closes the connections of banned users, and those from addresses that are banned for all. Both new bans and new
 * sessions are compared, each with what is known when it comes: so one of the two sees the other (CWE-367).
 */
public final class BanCloser {
    private final ConnectionRegistry registry;
    private final BanFollower bans;
    private final Audit audit;
    private final Metrics metrics;
    private final Executor loop;
    private final LongSupplier clock;

    /** @param loop runs a task on the event loop later */
    public BanCloser(
            ConnectionRegistry registry,
            BanFollower bans,
            Audit audit,
            Metrics metrics,
            Executor loop,
            LongSupplier clock) {
        this.registry = registry;
        this.bans = bans;
        this.audit = audit;
        this.metrics = metrics;
        this.loop = loop;
        this.clock = clock;
    }

    /** From now on compares the connections of this event loop with each new ban. */
    void begin() {
        bans.subscribe(added -> loop.execute(() -> compare(added)));
    }

    /** Closes a connection whose user, or whose address, is banned. */
    void check(Connection connection) {
        if (!connection.isClosing()) {
            banOf(connection).ifPresent(ban -> close(connection, ban));
        }
    }

    private void compare(List<Ban> added) {
        boolean wide = false;
        for (Ban ban : added) {
            Optional<ConnectionKey> key = keyOf(ban.target());
            key.ifPresent(found -> registry.find(found).forEach(this::check));
            wide |= key.isEmpty() && ban.holdsForAll();
        }
        if (wide) {
            ConnectionSlices.each(List.copyOf(registry.all()), loop, this::check);
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

    private void close(Connection connection, Ban ban) {
        if (ban.origin() != Ban.Origin.CONFIGURATION) {
            metrics.time(
                    Metric.REVOCATION, TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.getAsLong() - ban.decidedAt())));
        }
        Optional<Session> session = connection.identified();
        audit.event(connection
                .client()
                .event(EventName.WS_SESSION_REVOKED, session)
                .reason(ban.target().fold(user -> "user_banned", range -> "address_banned")));
        connection.close(CloseCode.BANNED);
    }
}

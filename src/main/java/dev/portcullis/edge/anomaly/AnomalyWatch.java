package dev.portcullis.edge.anomaly;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.config.Live;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig;
import dev.portcullis.ratelimit.ban.Ban;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Watches the clients of a node. Used from all event loops. */
public final class AnomalyWatch {
    private final NodeScores scores;
    private final AddressWatch addresses;

    /**
     * @param logins ends a login of a user
     * @param banned whether an address is banned already
     * @param clock for the begin and end of bans
     * @param monotonic the clock of the scores, in milliseconds
     */
    public AnomalyWatch(
            Live<AnomalyConfig> config,
            Function<Ban, Future<Optional<Ban>>> bans,
            BiFunction<UserId, String, Future<?>> logins,
            Predicate<IpAddress> banned,
            Audit audit,
            Metrics metrics,
            LongSupplier clock,
            LongSupplier monotonic) {
        this.scores = new NodeScores(config, bans, logins, audit, metrics, clock, monotonic);
        this.addresses = new AddressWatch(scores, banned);
    }

    /**
     * A session begins.
     *
     * @param login the login that the session's token comes from, if any
     * @param about makes an event about the session
     */
    public SessionWatch begin(UserId user, Supplier<Optional<String>> login, Function<EventName, AuditEvent> about) {
        return new SessionWatch(scores, user, login, scores.begin(user), about);
    }

    /** The watch for clients without a session. */
    public AddressWatch addresses() {
        return addresses;
    }
}

package dev.portcullis.edge.anomaly;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.config.Live;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.anomaly.AddressEvent;
import dev.portcullis.ratelimit.anomaly.AddressScores;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig.Signatures;
import dev.portcullis.ratelimit.anomaly.AnomalyEvent;
import dev.portcullis.ratelimit.anomaly.SessionScore;
import dev.portcullis.ratelimit.anomaly.UserScores;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanTarget;
import dev.portcullis.ratelimit.signature.AttackSignature;
import dev.portcullis.ratelimit.signature.AttackSignature.AttackClass;
import dev.portcullis.ratelimit.signature.AttackSignatures;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scores of a node, and the reactions to them. All watches of the node share it, on all event loops. */
final class NodeScores {
    static final String SIGNATURE = "signature";

    private static final Logger LOG = LoggerFactory.getLogger(NodeScores.class);
    private static final String BAN_REASON = "anomaly";

    private final Live<AnomalyConfig> config;
    private final AttackSignatures signatures = AttackSignatures.published();
    private final UserScores users;
    private final AddressScores addresses;
    private final Function<Ban, Future<Optional<Ban>>> bans;
    private final BiFunction<UserId, String, Future<?>> logins;
    private final Audit audit;
    private final LongSupplier clock;
    private final LongSupplier monotonic;
    private final EnumCounters<AnomalyEvent> events;
    private final EnumCounters<Threshold> thresholds;
    private final EnumCounters<AttackClass> found;

    /** A threshold of a score, as metrics and the audit log name it. */
    enum Threshold implements LowerCaseId {
        /** A session may only keep itself alive. */
        RESTRICTED,
        /** A session is closed, and its user banned. */
        HOSTILE,
        /** An address is banned. */
        ADDRESS
    }

    NodeScores(
            Live<AnomalyConfig> config,
            Function<Ban, Future<Optional<Ban>>> bans,
            BiFunction<UserId, String, Future<?>> logins,
            Audit audit,
            Metrics metrics,
            LongSupplier clock,
            LongSupplier monotonic) {
        this.config = config;
        this.users = new UserScores(config);
        this.addresses = new AddressScores(config);
        this.bans = bans;
        this.logins = logins;
        this.audit = audit;
        this.clock = clock;
        this.monotonic = monotonic;
        this.events = metrics.counters(Metric.ANOMALY_EVENTS, AnomalyEvent.class, AnomalyEvent::id);
        this.thresholds = metrics.counters(Metric.ANOMALY_THRESHOLDS, Threshold.class, Threshold::id);
        this.found = metrics.counters(Metric.ATTACK_SIGNATURES, AttackClass.class, AttackClass::id);
    }

    SessionScore begin(UserId user) {
        return users.begin(user);
    }

    /** Whether the address is to be banned. */
    boolean raises(IpAddress address, AddressEvent event) {
        return addresses.add(address, event, now());
    }

    long now() {
        return monotonic.getAsLong();
    }

    Signatures modes() {
        return config.get().signatures();
    }

    Optional<AttackSignature> find(String text) {
        return signatures.find(text);
    }

    /** A signature is counted and logged; the text in which it was found never is. */
    void found(AttackSignature signature, AuditEvent about) {
        found.add(signature.kind());
        audit.event(about.reason(SIGNATURE).detail(signature.id()));
    }

    void counted(AnomalyEvent event) {
        events.add(event);
    }

    void reached(Threshold threshold, String by, AuditEvent about) {
        thresholds.add(threshold);
        audit.event(about.reason(threshold.id()).detail(by));
    }

    void ended(UserId user, SessionScore score) {
        users.end(user, score, now());
    }

    /**
     * If the user is not banned, or that is not known, the score stays for their next session. The login ends with the ban: who
     * has stolen it could else have its user banned again whenever a ban ends (CWE-645).
     *
     * @param login of the session that was hostile, if its token comes from one
     */
    void ban(UserId user, Optional<String> login) {
        var unused = ban(new BanTarget.OfUser(user))
                .onSuccess(ban -> ban.ifPresent(any -> {
                    users.forget(user);
                    login.ifPresent(sid -> end(user, sid));
                }));
    }

    private void end(UserId user, String login) {
        logins.apply(user, login)
                .onFailure(failure -> LOG.atError()
                        .addKeyValue("event", "anomaly.login.failed")
                        .setCause(failure)
                        .log("the login of a banned client may not have ended"));
    }

    /** Where the rules spare an address, there is no ban. */
    void ban(IpAddress address) {
        var unused = ban(new BanTarget.OfAddresses(AddressScores.rangeOf(address)));
    }

    private Future<Optional<Ban>> ban(BanTarget target) {
        long now = clock.getAsLong();
        return bans.apply(new Ban(
                        target, Ban.Origin.RULE, BAN_REASON, now + config.get().banMs(), now))
                .onFailure(failure -> LOG.atError()
                        .addKeyValue("event", "anomaly.ban.failed")
                        .setCause(failure)
                        .log("a ban may not be in force"));
    }
}

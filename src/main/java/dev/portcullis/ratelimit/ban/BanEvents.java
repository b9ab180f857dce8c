package dev.portcullis.ratelimit.ban;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records what is decided about bans. One instance for each node. */
public final class BanEvents {
    private static final Logger LOG = LoggerFactory.getLogger(BanEvents.class);

    private final Audit audit;
    private final Map<Origin, EnumCounters<Kind>> decided = new EnumMap<>(Origin.class);
    private final EnumCounters<Omission> omitted;
    private final AtomicBoolean full = new AtomicBoolean();

    /** The kind of target that a ban names. */
    private enum Kind implements LowerCaseId {
        USER,
        ADDRESS
    }

    /** Why a ban was not kept. */
    enum Omission implements LowerCaseId {
        /** No rule may ban this target. */
        EXEMPT,
        /** The store has as many bans as it may keep. */
        FULL
    }

    public BanEvents(Audit audit, Metrics metrics) {
        this.audit = audit;
        for (Origin origin : Origin.values()) {
            if (origin != Origin.CONFIGURATION) {
                decided.put(origin, metrics.counters(Metric.BANS, origin.id(), Kind.class, Kind::id));
            }
        }
        this.omitted = metrics.counters(Metric.BANS_OMITTED, Omission.class, Omission::id);
    }

    void banned(Ban ban) {
        full.set(false);
        Kind kind = ban.target().fold(user -> Kind.USER, range -> Kind.ADDRESS);
        Objects.requireNonNull(decided.get(ban.origin())).add(kind);
        AuditEvent event = AuditEvent.of(EventName.WS_BAN)
                .reason(ban.reason())
                .detail(ban.origin().id());
        audit.event(ban.target().fold(event::user, range -> event.ip(range.toString())));
    }

    /** Logged once until a ban is kept again: an attacker can cause many. */
    void omitted(Omission why) {
        omitted.add(why);
        if (why == Omission.FULL && !full.getAndSet(true)) {
            LOG.atWarn()
                    .addKeyValue("event", "bans.full")
                    .log("as many bans are kept as bans.max permits, of operators and users: rules ban no more");
        }
    }

    void restored(int count) {
        LOG.atWarn()
                .addKeyValue("event", "bans.restored")
                .addKeyValue("count", count)
                .log("the store had lost bans; they are stored again");
    }
}

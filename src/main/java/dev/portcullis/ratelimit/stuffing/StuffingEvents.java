package dev.portcullis.ratelimit.stuffing;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.protocol.LowerCaseId;

/** Records what addresses do that fail too often. Used by all instances of the stage on a node. */
public final class StuffingEvents {
    private final Audit audit;
    private final EnumCounters<StuffingSign> counts;

    /** The signs that an address tries stolen or guessed credentials. */
    enum StuffingSign implements LowerCaseId {
        /** Logins to many accounts fail. */
        ACCOUNTS,
        /** Many tokens are forged. */
        TOKENS
    }

    public StuffingEvents(Audit audit, Metrics metrics) {
        this.audit = audit;
        this.counts = metrics.counters(Metric.STUFFING, StuffingSign.class, StuffingSign::id);
    }

    /**
     * @param network the address, or the network that it counts for
     * @param mode the reaction of the rule
     */
    void crossed(StuffingSign sign, String network, StuffingConfig.Mode mode) {
        counts.add(sign);
        audit.event(AuditEvent.of(EventName.AUTH_STUFFING)
                .ip(network)
                .reason(sign.id())
                .detail(mode.id()));
    }
}

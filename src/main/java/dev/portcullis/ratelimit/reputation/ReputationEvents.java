package dev.portcullis.ratelimit.reputation;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.LogThrottle;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.LowerCaseId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records what came of look-ups. Used by all threads. */
final class ReputationEvents {
    private static final Logger LOG = LoggerFactory.getLogger(ReputationEvents.class);

    private final Audit audit;
    private final EnumCounters<Lookup> lookups;
    private final LogThrottle failures = new LogThrottle(System::nanoTime);

    /** The results that are counted; an unknown address is not. */
    enum Lookup implements LowerCaseId {
        /** The address is on a list. */
        FILE,
        /** The service says that the address is listed. */
        SERVICE,
        /** The service gave no answer that makes sense, or was not asked because it is broken or busy. */
        FAILED,
        /** The client did not wait any longer for the service. */
        LATE
    }

    ReputationEvents(Audit audit, Metrics metrics) {
        this.audit = audit;
        this.lookups = metrics.counters(Metric.REPUTATION_LOOKUPS, Lookup.class, Lookup::id);
    }

    /** A listed address that is refused is recorded with its refusal. */
    void listed(Lookup source, IpAddress address, ReputationConfig.Action action) {
        lookups.add(source);
        if (action == ReputationConfig.Action.OBSERVE) {
            audit.event(AuditEvent.of(EventName.WS_REPUTATION)
                    .ip(address.toString())
                    .reason(source.id())
                    .detail(action.id()));
        }
    }

    void late() {
        lookups.add(Lookup.LATE);
    }

    /** @param cause from one of our enums: an answer is input, and a URL may hold a key */
    void failed(String cause) {
        lookups.add(Lookup.FAILED);
        failures.suppressed()
                .ifPresent(count -> LOG.atWarn()
                        .addKeyValue("event", "reputation.service.failed")
                        .addKeyValue("cause", cause)
                        .addKeyValue("suppressed", count)
                        .log("the reputation service does not say whether an address is listed"));
    }
}

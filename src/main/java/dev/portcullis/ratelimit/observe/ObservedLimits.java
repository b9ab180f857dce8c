package dev.portcullis.ratelimit.observe;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.protocol.UserId;

/** Records attempts that a limit lets pass only because it observes. Repeats are aggregated like those of refusals. */
public final class ObservedLimits {
    private static final String REASON = "observed";

    private final Metrics metrics;
    private final Audit audit;

    public ObservedLimits(Metrics metrics, Audit audit) {
        this.metrics = metrics;
        this.audit = audit;
    }

    /** @param limit its id */
    public void exceeded(String limit, UserId by) {
        record(limit, event(limit).user(by));
    }

    /**
     * @param limit its id
     * @param address the key by which it is counted
     */
    public void exceeded(String limit, String address) {
        record(limit, event(limit).ip(address));
    }

    /** An account is not named: who tries passwords chooses it. */
    public void exceeded(String limit) {
        record(limit, event(limit));
    }

    private void record(String limit, AuditEvent event) {
        metrics.limitObserved(limit);
        audit.event(event);
    }

    private static AuditEvent event(String limit) {
        return AuditEvent.of(EventName.WS_RATELIMIT).reason(REASON).detail(limit);
    }
}

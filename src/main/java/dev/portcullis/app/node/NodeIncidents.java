package dev.portcullis.app.node;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.streams.lane.NodeIncarnation;

/** Records events that affect the whole node, so that the cause is visible when all its connections close or wait. */
record NodeIncidents(Audit audit, Metrics metrics) implements NodeIncarnation.Listener, MemoryBudget.Listener {
    @Override
    public void ended(String incarnation) {
        metrics.count(Metric.NODE_LEASES_LOST);
        audit.event(AuditEvent.of(EventName.NODE_LEASE_LOST).resource(incarnation));
    }

    @Override
    public void laneLost(int lane, long since) {
        // the lane is registered again, which affects no client
    }

    @Override
    public void refused() {
        audit.event(AuditEvent.of(EventName.MEMORY_FULL).reason("refused"));
    }

    @Override
    public void exceeded() {
        audit.event(AuditEvent.of(EventName.MEMORY_FULL).reason("exceeded"));
    }

    @Override
    public void starved(long bytes) {
        // the refusal was recorded already, and each connection that is closed for it is logged
    }

    void missedCutoffs() {
        metrics.count(Metric.CUTOFFS_MISSED);
        audit.event(AuditEvent.of(EventName.CUTOFFS_MISSED));
    }
}

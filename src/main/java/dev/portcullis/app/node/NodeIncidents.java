package dev.portcullis.app.node;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.edge.socket.MemoryBudget;
import dev.portcullis.streams.lane.NodeIncarnation;

/** Says what befell the whole node, so that whoever sees all its connections close or wait finds out why. */
record NodeIncidents(Audit audit, Metrics metrics) implements NodeIncarnation.Listener, MemoryBudget.Listener {
    @Override
    public void ended(String incarnation) {
        metrics.nodeLeaseLost();
        audit.event(AuditEvent.of(EventName.NODE_LEASE_LOST).resource(incarnation));
    }

    @Override
    public void laneLost(int lane, long since) {
        // it is said again, and nobody notices
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
        // it was told of when it was refused, and each connection that goes for it says so
    }

    void missedCutoffs() {
        metrics.cutoffsMissed();
        audit.event(AuditEvent.of(EventName.CUTOFFS_MISSED));
    }
}

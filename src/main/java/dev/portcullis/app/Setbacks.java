package dev.portcullis.app;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.Meters;
import dev.portcullis.edge.socket.MemoryBudget;
import dev.portcullis.streams.NodeLife;

/** Says what befell the whole node, so that whoever sees all its connections close or wait finds out why. */
record Setbacks(Audit audit, Meters meters) implements NodeLife.Follower, MemoryBudget.Listener {
    @Override
    public void ended(String incarnation) {
        meters.lifeEnded();
        audit.event(AuditEvent.of(EventName.NODE_LIFE_ENDED).resource(incarnation));
    }

    @Override
    public void forgotten(int lane, long since) {
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
        meters.cutoffsMissed();
        audit.event(AuditEvent.of(EventName.CUTOFFS_MISSED));
    }
}

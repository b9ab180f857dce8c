package dev.portcullis.app;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.Meters;
import dev.portcullis.streams.NodeLife;

/** Says what befell the whole node, so that whoever sees all its connections close or wait finds out why. */
record Setbacks(Audit audit, Meters meters) implements NodeLife.Follower {
    @Override
    public void ended(String incarnation) {
        meters.lifeEnded();
        audit.event(AuditEvent.of(EventName.NODE_LIFE_ENDED).resource(incarnation));
    }

    @Override
    public void forgotten(int lane) {
        // it is said again, and nobody notices
    }

    void missedCutoffs() {
        meters.cutoffsMissed();
        audit.event(AuditEvent.of(EventName.CUTOFFS_MISSED));
    }
}

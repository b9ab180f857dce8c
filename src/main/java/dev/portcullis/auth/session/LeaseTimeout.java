package dev.portcullis.auth.session;

import dev.portcullis.streams.lane.LaneStore;

/** How long a node may leave its lease unrenewed before its sessions count as ended. It renews each twice a second. */
public enum LeaseTimeout {
    /** Ends a session by itself. */
    NORMAL(LaneStore.LEASE_MS),
    /** Ends a session whose node does not answer a probe either, while a new session waits. */
    EARLY(LaneStore.EARLY_EXPIRY_MS);

    private final long millis;

    LeaseTimeout(long millis) {
        this.millis = millis;
    }

    public long millis() {
        return millis;
    }
}

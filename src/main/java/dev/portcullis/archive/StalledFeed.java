package dev.portcullis.archive;

/**
 * Notices that something waits for the archive, and that it gets nothing, whichever node feeds it: only that node is told when the
 * archive takes nothing. What waits says no more by its size: a lane that is fed each second may look the same each time. It is
 * used on one context only.
 */
final class StalledFeed {
    /** Longer than it takes until another node feeds the lanes of one that died. */
    static final long STALLED_MS = 2 * ArchiveFeeder.ABANDONED_MS;

    private boolean waited;
    private String fed = "";
    private long since;
    private long now;

    /**
     * @param waits whether something waits
     * @param last what the archive got last, from any node
     * @param time the time of the store
     */
    void see(boolean waits, String last, long time) {
        if (!waited || !waits || !fed.equals(last)) {
            since = time;
        }
        waited = waits;
        fed = last;
        now = time;
    }

    boolean isThere() {
        return now - since > STALLED_MS;
    }
}

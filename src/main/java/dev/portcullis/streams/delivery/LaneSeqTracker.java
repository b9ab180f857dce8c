package dev.portcullis.streams.delivery;

/**
 * Compares the lane counter of the last append that a stream has seen with the one that the lane announces. A later
 * announced counter shows that a hint was lost, even if it was the last one.
 */
final class LaneSeqTracker {
    private static final long ANY = Long.MAX_VALUE;

    private long seen;
    private long announced;
    private long reading;

    /** Returns whether the append was not seen yet. */
    boolean announce(long laneSeq) {
        boolean isNew = laneSeq > seen;
        if (isNew) {
            announced = Math.max(announced, laneSeq);
        }
        return isNew;
    }

    /** The lane can't name its appends: the stream may have had any. */
    void announceUnknown() {
        announced = ANY;
    }

    void advanceTo(long laneSeq) {
        seen = Math.max(seen, laneSeq);
    }

    /** The read that starts now covers all announcements so far. It may miss those from now on. */
    void startRead() {
        reading = announced;
        announced = 0;
    }

    void readFailed() {
        announced = Math.max(announced, reading);
    }

    /** Counters of another fork can't be compared, so after a fork the read's counter is taken as it is. */
    void readDone(long laneSeq, boolean forked) {
        seen = forked ? laneSeq : Math.max(seen, laneSeq);
    }

    /** Whether the store must be read. */
    boolean isBehind() {
        return announced > seen;
    }
}

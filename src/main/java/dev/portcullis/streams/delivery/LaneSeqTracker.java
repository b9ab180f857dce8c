package dev.portcullis.streams.delivery;

/**
 * Which turn of its lane a stream has met last, and of which the lane has told. A lane that tells of a later one shows that
 * a hint was lost, be it the very last.
 */
final class LaneSeqTracker {
    private static final long ANY = Long.MAX_VALUE;

    private long seen;
    private long announced;
    private long reading;

    /** Tells whether that is news. */
    boolean announce(long turn) {
        boolean news = turn > seen;
        if (news) {
            announced = Math.max(announced, turn);
        }
        return news;
    }

    /** There may have been any. */
    void announceUnknown() {
        announced = ANY;
    }

    void meet(long turn) {
        seen = Math.max(seen, turn);
    }

    /** What was told so far is answered by the read that begins now. What is told from here on it may not have seen. */
    void startRead() {
        reading = announced;
        announced = 0;
    }

    void readFailed() {
        announced = Math.max(announced, reading);
    }

    /** Turns count anew where a lane has forked. */
    void read(long turn, boolean forked) {
        seen = forked ? turn : Math.max(seen, turn);
    }

    /** Whether the store must be asked for more. */
    boolean areDue() {
        return announced > seen;
    }
}

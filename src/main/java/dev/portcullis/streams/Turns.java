package dev.portcullis.streams;

/**
 * Which turn of its lane a stream has met last, and of which the lane has told. A lane that tells of a later one shows that
 * a hint was lost, be it the very last.
 */
final class Turns {
    private static final long ANY = Long.MAX_VALUE;

    private long met;
    private long told;
    private long asked;

    /** Tells whether that is news. */
    boolean tell(long turn) {
        boolean news = turn > met;
        if (news) {
            told = Math.max(told, turn);
        }
        return news;
    }

    /** There may have been any. */
    void tellAny() {
        told = ANY;
    }

    void meet(long turn) {
        met = Math.max(met, turn);
    }

    /** What was told so far is answered by the read that begins now. What is told from here on it may not have seen. */
    void startRead() {
        asked = told;
        told = 0;
    }

    void readFailed() {
        told = Math.max(told, asked);
    }

    /** Turns count anew where a lane has forked. */
    void read(long turn, boolean forked) {
        met = forked ? turn : Math.max(met, turn);
    }

    /** Whether the store must be asked for more. */
    boolean areDue() {
        return told > met;
    }
}

package dev.portcullis.edge.socket;

/**
 * When one peer's socket lets the others of its event loop go first. A turn ends after a moment, and the wait for the
 * next doubles while the peer sends faster than its turns take and its frames are all answered at once, so refused: a
 * hundred such peers would else keep the event loops busy, however short their turns are.
 */
final class ReadQuantum {
    /** One read may hold thousands of frames, and each costs far more than its bytes. */
    private static final long TURN_NANOS = 40_000;

    /**
     * The number of frames that are handled at once if they cost nearly nothing, since they are refused. Their answers are
     * written with one system call.
     */
    private static final int FRAMES = 32;

    /** The part of discarded bytes after our close frame: reading makes the kernel take more from the peer. */
    private static final int DISCARDED_BYTES = 16_384;

    private static final long SHORTEST_WAIT_MS = 1;

    private static final long LONGEST_WAIT_MS = 16;

    /**
     * The pause that ends a flood. The bytes that are left to decode do not tell it: a flood that is read in pieces often
     * leaves none for a moment.
     */
    private static final long QUIET_NANOS = 100_000_000;

    private long began;
    private long ended;
    private int frames;
    private int discarded;
    private long waitMs = SHORTEST_WAIT_MS;

    void begin() {
        frames = 0;
        discarded = 0;
    }

    void decodedFrame(long now) {
        if (frames == 0) {
            began = now;
        }
        frames++;
    }

    void discarded(int bytes) {
        discarded += bytes;
    }

    boolean isOver(long now) {
        return frames >= FRAMES || discarded >= DISCARDED_BYTES || (frames > 0 && now - began >= TURN_NANOS);
    }

    /** Ends the turn, and says how long to wait for the next. */
    long end(long now) {
        if (now - ended > QUIET_NANOS) {
            waitMs = SHORTEST_WAIT_MS;
        }
        ended = now;
        long wait = waitMs;
        waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
        return wait;
    }

    /** No flood passes the limits as far as the stages. */
    void answeredLater() {
        waitMs = SHORTEST_WAIT_MS;
    }
}

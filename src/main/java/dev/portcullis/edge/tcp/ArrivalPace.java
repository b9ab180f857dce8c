package dev.portcullis.edge.tcp;

import java.util.concurrent.TimeUnit;

/**
 * When an event loop that takes a connection on is ready for the next one. A connection costs it milliseconds, for TLS, HTTP, the
 * handshake and a join, in which the frames of open sessions wait: so a loop that was late first has to be prompt for as long as
 * it was late, within bounds. One that has nothing else to do is prompt soon.
 */
final class ArrivalPace {
    static final long PROMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Between two questions whether it is prompt. */
    static final long GAP_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** So many prompt answers in a row are enough, however late it was. */
    static final int MOST = 6;

    /** After that the next connection is taken on, even by a loop that is never prompt. */
    static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private int missing = 1;

    /**
     * Whether that was the last answer needed.
     *
     * @param late how long the event loop took for it
     */
    boolean isReady(long late) {
        missing = late > PROMPT_NANOS ? Math.max(missing, (int) Math.min(MOST, late / GAP_NANOS)) : missing - 1;
        return missing == 0;
    }
}

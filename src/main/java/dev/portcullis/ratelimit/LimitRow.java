package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;

/**
 * One limit.
 *
 * @param id its key in the configuration, below {@code ratelimit}
 * @param failOpen whether it lets attempts pass while the store can't count
 * @param observed whether it only counts and logs what it would refuse
 */
public record LimitRow(String id, Scope scope, Window window, int max, boolean failOpen, boolean observed) {

    /** Whether it refuses what exceeds it. */
    boolean enforced() {
        return !observed;
    }

    /** Whether an attempt passes while the store can't count: a limit that only observes refuses nothing. */
    boolean passesUncounted() {
        return failOpen || observed;
    }

    /** The limit for a role that may do so many times as much. */
    int max(int multiplier) {
        return (int) Math.min(Integer.MAX_VALUE, (long) max * multiplier);
    }
}

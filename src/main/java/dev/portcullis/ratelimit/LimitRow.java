package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;

/**
 * One limit.
 *
 * @param id its key in the configuration, below {@code ratelimit}
 * @param failOpen whether it lets attempts pass while the store can't count
 */
public record LimitRow(String id, Scope scope, Window window, int max, boolean failOpen) {

    /** The limit for a role that may do so many times as much. */
    int max(int multiplier) {
        return (int) Math.min(Integer.MAX_VALUE, (long) max * multiplier);
    }
}

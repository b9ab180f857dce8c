package dev.portcullis.auth.session;

import java.util.ArrayDeque;
import java.util.Deque;

/** When one user came in during the last minute: exact times, since there are few. */
final class HandshakeWindow {
    private static final long MINUTE = 60_000;

    private final Deque<Long> times = new ArrayDeque<>(2);

    /** How long until one more is within {@code limit}; 0 if it is now. */
    long waitFor(int limit, long now) {
        forget(now);
        return times.size() < limit ? 0 : times.getFirst() + MINUTE - now;
    }

    void add(long now) {
        times.addLast(now);
    }

    boolean isEmpty(long now) {
        forget(now);
        return times.isEmpty();
    }

    private void forget(long now) {
        while (!times.isEmpty() && times.getFirst() + MINUTE <= now) {
            times.removeFirst();
        }
    }
}

package dev.portcullis.auth.session;

import java.util.ArrayDeque;
import java.util.Deque;

/** The times of one user's handshakes within the last minute: exact, since there are few. */
final class HandshakeWindow {
    private static final long MINUTE = 60_000;

    private final Deque<Long> times = new ArrayDeque<>(2);

    /** How long until one more is within {@code limit}; 0 if one is now. */
    long waitFor(int limit, long now) {
        dropOld(now);
        return times.size() < limit ? 0 : times.getFirst() + MINUTE - now;
    }

    void add(long now) {
        times.addLast(now);
    }

    boolean isEmpty(long now) {
        dropOld(now);
        return times.isEmpty();
    }

    private void dropOld(long now) {
        while (!times.isEmpty() && times.getFirst() + MINUTE <= now) {
            times.removeFirst();
        }
    }
}

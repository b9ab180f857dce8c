package dev.portcullis.ratelimit.window;

import java.util.ArrayDeque;
import java.util.Deque;

/** When something happened lately. Holds as many times as matter, the newest first. */
public final class RecentTimes {
    private final Deque<Long> times = new ArrayDeque<>(2);

    /** Adds one. Returns whether now at least {@code enough} happened within {@code windowMs}. */
    public boolean add(long now, int enough, long windowMs) {
        times.addFirst(now);
        while (times.size() > enough) {
            times.removeLast();
        }
        return times.size() == enough && times.getLast() > now - windowMs;
    }

    /** Removes those that no longer count. */
    public void forget(long now, long windowMs) {
        times.removeIf(time -> time <= now - windowMs);
    }

    public boolean isEmpty() {
        return times.isEmpty();
    }
}

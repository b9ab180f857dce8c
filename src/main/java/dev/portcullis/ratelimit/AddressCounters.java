package dev.portcullis.ratelimit;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.CounterStore.Admission;
import dev.portcullis.ratelimit.window.BoundedIdleMap;
import dev.portcullis.ratelimit.window.SlidingWindow;
import java.util.List;

/**
 * Connection attempts of addresses, in memory. A refused attempt is not stored: a client that rotates through the 2^16
 * networks of a /48 uses no more memory than the /48 is allowed. A full table forgets the key used longest ago: who has many
 * such networks may count from zero with some of them, but keeps no stranger out (CWE-770).
 */
final class AddressCounters {
    private static final int MAX_SWEPT = 1_000;

    private final Live<RateLimitConfig> config;
    private final BoundedIdleMap<SlidingWindow> windows;

    AddressCounters(Live<RateLimitConfig> config) {
        this.config = config;
        this.windows =
                new BoundedIdleMap<>(config.get().tracking().addresses(), (window, now) -> window.total(now) == 0);
    }

    synchronized Admission check(AddressAttempt attempt, long now) {
        RateLimitConfig current = config.get();
        LimitRow row = current.limits().handshakes();
        long wait = Math.max(
                waitOf(attempt.address(), row.max(), now),
                attempt.network()
                        .map(wide -> waitOf(wide, row.max(current.wideFactor()), now))
                        .orElse(0L));
        return wait > 0 ? over(row, wait) : count(attempt, now);
    }

    synchronized void sweep(long now) {
        windows.sweep(now, MAX_SWEPT);
    }

    private long waitOf(String key, int max, long now) {
        return windows.find(key).map(window -> window.untilFree(now, 1, max)).orElse(0L);
    }

    private static Admission over(LimitRow row, long wait) {
        return row.observed()
                ? new Admission(Verdict.GRANTED, List.of(row), false)
                : new Admission(Verdict.refused(Rejection.limited(row.scope(), row.window(), wait)), List.of(), false);
    }

    private Admission count(AddressAttempt attempt, long now) {
        windows.makeRoomFor(attempt.keys());
        attempt.keys().forEach(key -> windows.make(key, AddressCounters::window).count(now, 1));
        return Admission.GRANTED;
    }

    private static SlidingWindow window() {
        return new SlidingWindow(Window.MINUTE);
    }
}

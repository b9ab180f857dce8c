package dev.portcullis.admin;

import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.window.BoundedIdleMap;
import dev.portcullis.ratelimit.window.SlidingWindow;
import java.util.List;

/**
 * Counts the wrong keys and tokens of each address, so that one that guesses is told to wait (CWE-307). Only a key that is
 * wrong counts, and it is compared first: a right one is admitted whatever its address has tried, so no one locks an operator
 * out. A full table forgets the address used longest ago. Used by one thread.
 */
final class WrongKeys {
    /** IPv6: the limit of a /48 relative to one of its /64. */
    private static final int WIDER_FACTOR = 8;

    private final int perMinute;
    private final BoundedIdleMap<SlidingWindow> windows;

    /** @param addresses maximum number of tracked addresses */
    WrongKeys(int perMinute, int addresses) {
        this.perMinute = perMinute;
        this.windows = new BoundedIdleMap<>(addresses, (window, now) -> window.total(now) == 0);
    }

    /**
     * Counts a wrong key.
     *
     * @param keys keys of its address, narrowest first
     * @return 0 within the limit, else the time that its address has to wait
     */
    long count(List<String> keys, long now) {
        long wait = 0;
        int max = perMinute;
        for (String key : keys) {
            int limit = max;
            wait = Math.max(
                    wait,
                    windows.find(key)
                            .map(window -> window.untilFree(now, 1, limit))
                            .orElse(0L));
            max *= WIDER_FACTOR;
        }
        if (wait == 0) {
            windows.makeRoomFor(keys);
            keys.forEach(key ->
                    windows.make(key, () -> new SlidingWindow(Window.MINUTE)).count(now, 1));
        }
        return wait;
    }

    int size() {
        return windows.size();
    }
}

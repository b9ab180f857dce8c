package dev.portcullis.ratelimit.window;

import dev.portcullis.protocol.Rejection.Window;
import java.util.List;

/**
 * Counts the acts of addresses, or of others who have a key, each within the same limit. Local to the node, without the store:
 * a refusal must cost less than the answer it replaces (CWE-770). A full table forgets the key used longest ago. So a client
 * with many networks may be counted from zero again, but it can't keep strangers out. A refused act does not count, so a wide
 * network takes no more than its limit. Used by all threads.
 */
public final class AddressWindows {
    /** IPv6: the limit of a /48 relative to one of its /64. */
    private static final int WIDER_FACTOR = 8;

    private final Window window;
    private final int most;
    private final BoundedIdleMap<SlidingWindow> byKey;

    /**
     * @param most within a window
     * @param keys maximum number of tracked keys
     */
    public AddressWindows(Window window, int most, int keys) {
        this.window = window;
        this.most = most;
        this.byKey = new BoundedIdleMap<>(keys, (each, now) -> each.total(now) == 0);
    }

    /**
     * Counts one more.
     *
     * @param keys of an address, narrowest first
     * @return 0 if it is within the limit, else the time until it is
     */
    public synchronized long take(List<String> keys, long now) {
        long wait = 0;
        int max = most;
        for (String key : keys) {
            int limit = max;
            wait = Math.max(
                    wait,
                    byKey.find(key).map(each -> each.untilFree(now, 1, limit)).orElse(0L));
            max *= WIDER_FACTOR;
        }
        if (wait == 0) {
            byKey.makeRoomFor(keys);
            keys.forEach(key -> byKey.make(key, () -> new SlidingWindow(window)).count(now, 1));
        }
        return wait;
    }

    /** Takes back one of the latest counts. */
    public synchronized void giveBack(List<String> keys, long now) {
        keys.forEach(key -> byKey.find(key).ifPresent(each -> each.takeBack(now)));
    }

    /** Tracked keys. */
    synchronized int size() {
        return byKey.size();
    }
}

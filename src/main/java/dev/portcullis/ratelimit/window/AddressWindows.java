package dev.portcullis.ratelimit.window;

import dev.portcullis.protocol.Rejection.Window;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Counts the acts of addresses, or of others who have a key, each within the same limit. Local to the node, without the store:
 * a refusal must cost less than the answer it replaces (CWE-770). A full table forgets the key used longest ago. So a client
 * with many networks may be counted from zero again, but it can't keep strangers out. A refused act does not count, so a wide
 * network takes no more than its limit. Used by all threads.
 */
public final class AddressWindows {
    /** IPv6: the limit of a /48 relative to one of its /64. */
    private static final int WIDER_FACTOR = 8;

    /** More than are added, so that keys that left don't pile up. */
    private static final int SWEPT = 4;

    private final Window window;
    private final IntSupplier most;
    private final IntSupplier widerFactor;
    private final BoundedIdleMap<SlidingWindow> byKey;

    /**
     * @param most within a window
     * @param keys maximum number of tracked keys
     */
    public AddressWindows(Window window, int most, int keys) {
        this(window, () -> most, () -> WIDER_FACTOR, keys);
    }

    /**
     * @param most within a window, as it is at present
     * @param widerFactor how many times as many a wider network may
     * @param keys maximum number of tracked keys
     */
    public AddressWindows(Window window, IntSupplier most, IntSupplier widerFactor, int keys) {
        this.window = window;
        this.most = most;
        this.widerFactor = widerFactor;
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
        long max = most.getAsInt();
        for (String key : keys) {
            int limit = (int) Math.min(Integer.MAX_VALUE, max);
            wait = Math.max(
                    wait,
                    byKey.find(key).map(each -> each.untilFree(now, 1, limit)).orElse(0L));
            max = (long) limit * widerFactor.getAsInt();
        }
        if (wait == 0) {
            byKey.sweep(now, SWEPT);
            byKey.makeRoomFor(keys);
            keys.forEach(key -> byKey.make(key, () -> new SlidingWindow(window)).count(now, 1));
        }
        return wait;
    }

    /**
     * Takes back one of the latest counts.
     *
     * @return whether the narrowest key had any
     */
    public synchronized boolean giveBack(List<String> keys, long now) {
        boolean any =
                keys.stream().limit(1).flatMap(key -> byKey.find(key).stream()).anyMatch(each -> each.total(now) > 0);
        for (String key : keys) {
            byKey.find(key).ifPresent(each -> each.takeBack(now));
            byKey.removeIdle(key, now);
        }
        return any;
    }

    /** Tracked keys. */
    synchronized int size() {
        return byKey.size();
    }
}

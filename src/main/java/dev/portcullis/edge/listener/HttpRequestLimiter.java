package dev.portcullis.edge.listener;

import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.window.BoundedIdleMap;
import dev.portcullis.ratelimit.window.SlidingWindow;
import java.util.List;

/**
 * Limits the plain HTTP requests of one payer that this node answers in a minute; WebSocket handshakes have limits of
 * their own. Local to the node, without the store: a refusal must cost less than the answer it replaces (CWE-770). A full table
 * forgets the key used longest ago. A client with many networks may so be counted again from zero; it can't keep strangers
 * out. A request that is refused takes no slot, so a wide network takes no more than its limit. Used from all event loops.
 */
public final class HttpRequestLimiter {
    /** IPv6: the limit of a /48 relative to one of its /64. */
    private static final int WIDER_FACTOR = 8;

    private final int perMinute;
    private final BoundedIdleMap<SlidingWindow> rates;

    /** @param addresses maximum number of tracked addresses */
    public HttpRequestLimiter(int perMinute, int addresses) {
        this.perMinute = perMinute;
        this.rates = new BoundedIdleMap<>(addresses, (window, now) -> window.total(now) == 0);
    }

    /**
     * Counts a request.
     *
     * @param keys keys of its address, narrowest first
     * @return 0 if it is to be answered, else the time that its address has to wait
     */
    public synchronized long take(List<String> keys, long now) {
        long wait = 0;
        int max = perMinute;
        for (String key : keys) {
            int limit = max;
            wait = Math.max(
                    wait,
                    rates.find(key)
                            .map(window -> window.untilFree(now, 1, limit))
                            .orElse(0L));
            max *= WIDER_FACTOR;
        }
        if (wait == 0) {
            rates.makeRoomFor(keys);
            keys.forEach(key ->
                    rates.make(key, () -> new SlidingWindow(Window.MINUTE)).count(now, 1));
        }
        return wait;
    }

    /** Takes back one of the latest counts: another payer has it. */
    synchronized void giveBack(List<String> keys, long now) {
        keys.forEach(key -> rates.find(key).ifPresent(window -> window.takeBack(now)));
    }

    public synchronized int size() {
        return rates.size();
    }
}

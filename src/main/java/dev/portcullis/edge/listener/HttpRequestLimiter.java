package dev.portcullis.edge.listener;

import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.BoundedIdleMap;
import dev.portcullis.ratelimit.SlidingWindow;
import java.util.List;

/**
 * How many plain HTTP requests of one address this node answers in a minute, WebSocket handshakes aside, which have limits
 * of their own. Local to the node and never asked of a store: a refusal must cost less than the answer it replaces
 * (CWE-770). Used from all event loops.
 */
public final class HttpRequestLimiter {
    /** IPv6: what a /48 may have more than one of its /64. */
    private static final int WIDER_FACTOR = 8;

    /**
     * A refusal needs a connection of its own. An address over its limit is given this part of the limit as refusals in
     * one second; further connections are closed unread until that second is over. Closing all of them for the rest of the
     * minute would let one host behind a NAT lock out the others with one burst a minute, valid tokens included.
     */
    private static final int REFUSED_DIVISOR = 20;

    /** There is no room to count another address: asking again soon may find some. */
    private static final long FULL_RETRY_MS = 1_000;

    private final int perMinute;
    private final BoundedIdleMap<Rate> rates;

    private static final class Rate {
        private final SlidingWindow served = new SlidingWindow(Window.MINUTE);
        private final SlidingWindow refused = new SlidingWindow(Window.BURST);

        boolean idle(long now) {
            return served.total(now) == 0 && refused.total(now) == 0;
        }
    }

    /** @param addresses how many are known at one time */
    public HttpRequestLimiter(int perMinute, int addresses) {
        this.perMinute = perMinute;
        this.rates = new BoundedIdleMap<>(addresses, Rate::idle);
    }

    /**
     * Counts a request.
     *
     * @param keys of its address, narrowest first
     * @return 0 if it is to be answered, else how long its address has to wait
     */
    public synchronized long take(List<String> keys, long now) {
        if (!rates.hasRoomFor(keys, now)) {
            return FULL_RETRY_MS;
        }
        long wait = 0;
        int max = perMinute;
        for (String key : keys) {
            Rate rate = rates.make(key, Rate::new);
            long own = rate.served.untilFree(now, 1, max);
            if (own > 0) {
                rate.refused.count(now, 1);
            }
            wait = Math.max(wait, own);
            max *= WIDER_FACTOR;
        }
        if (wait == 0) {
            keys.forEach(key -> rates.make(key, Rate::new).served.count(now, 1));
        }
        return wait;
    }

    /** Whether another connection of this address would only bring another refusal, of which it had enough. */
    public synchronized boolean isFlooding(List<String> keys, long now) {
        int max = perMinute;
        for (String key : keys) {
            int limit = max;
            boolean flooding = rates.find(key)
                    .filter(rate -> rate.served.untilFree(now, 1, limit) > 0)
                    .filter(rate -> rate.refused.total(now) >= Math.max(1, limit / REFUSED_DIVISOR))
                    .isPresent();
            if (flooding) {
                return true;
            }
            max *= WIDER_FACTOR;
        }
        return false;
    }

    public synchronized int size() {
        return rates.size();
    }
}

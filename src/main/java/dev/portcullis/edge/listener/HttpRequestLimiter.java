package dev.portcullis.edge.listener;

import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.window.BoundedIdleMap;
import dev.portcullis.ratelimit.window.SlidingWindow;
import java.util.List;
import java.util.stream.Stream;

/**
 * Limits the plain HTTP requests of one payer that this node answers in a minute; WebSocket handshakes have limits of
 * their own. Local to the node, without the store: a refusal must cost less than the answer it replaces (CWE-770). A full table
 * forgets the key used longest ago. A client with many networks may so be counted again from zero; it can't keep strangers
 * out. A request that is refused takes no slot, so a wide network takes no more than its limit. Used from all event loops.
 */
public final class HttpRequestLimiter {
    /** IPv6: the limit of a /48 relative to one of its /64. */
    private static final int WIDER_FACTOR = 8;

    /**
     * A refusal needs a connection of its own. While the node gives as many refusals as it may in one second, an address over
     * its limit gets at most this fraction of the limit; its further ones end without an answer until that second is over. Ending
     * all of them for the rest of the minute would let one host behind a NAT lock out the others, valid tokens included, with
     * one burst a minute.
     */
    private static final int REFUSED_DIVISOR = 20;

    private final int perMinute;
    private final int refusalsPerSecond;
    private final BoundedIdleMap<Rate> rates;
    private final SlidingWindow refusedOfNode = new SlidingWindow(Window.BURST);

    private static final class Rate {
        private final SlidingWindow served = new SlidingWindow(Window.MINUTE);
        private final SlidingWindow refused = new SlidingWindow(Window.BURST);

        boolean idle(long now) {
            return served.total(now) == 0 && refused.total(now) == 0;
        }
    }

    /**
     * @param addresses maximum number of tracked addresses
     * @param refusalsPerSecond of all addresses together, that are answered in any case
     */
    public HttpRequestLimiter(int perMinute, int addresses, int refusalsPerSecond) {
        this.perMinute = perMinute;
        this.refusalsPerSecond = refusalsPerSecond;
        this.rates = new BoundedIdleMap<>(addresses, Rate::idle);
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
                            .map(rate -> rate.served.untilFree(now, 1, limit))
                            .orElse(0L));
            max *= WIDER_FACTOR;
        }
        if (wait == 0) {
            rates.makeRoomFor(keys);
            keys.forEach(key -> rates.make(key, Rate::new).served.count(now, 1));
        } else {
            known(keys).forEach(rate -> rate.refused.count(now, 1));
            refusedOfNode.count(now, 1);
        }
        return wait;
    }

    /** Takes back one of the latest counts: another payer has it. */
    synchronized void giveBack(List<String> keys, boolean refused, long now) {
        known(keys).forEach(rate -> (refused ? rate.refused : rate.served).takeBack(now));
        if (refused) {
            refusedOfNode.takeBack(now);
        }
    }

    private Stream<Rate> known(List<String> keys) {
        return keys.stream().flatMap(key -> rates.find(key).stream());
    }

    /** Whether another request of this address would only produce another refusal, of which it has had enough. */
    public synchronized boolean isFlooding(List<String> keys, long now) {
        if (refusedOfNode.total(now) < refusalsPerSecond) {
            return false;
        }
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

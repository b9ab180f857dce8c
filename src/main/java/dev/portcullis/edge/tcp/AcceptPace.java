package dev.portcullis.edge.tcp;

import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.window.BoundedIdleMap;
import dev.portcullis.ratelimit.window.SlidingWindow;
import java.util.List;

/**
 * How fast a node accepts connections of addresses that open many. To accept one, read its first request and close it costs CPU
 * that clients of other addresses need: so a flood of connects is bounded for the whole node, and no client waits whose address
 * opens few (CWE-400). Used from all event loops.
 */
final class AcceptPace {
    /** An address opens many if it opens more than this part of what the node accepts. */
    private static final int FEW_DIVISOR = 15;

    /** IPv6: that of a /48 relative to one of its /64. */
    private static final int WIDER_FACTOR = 8;

    private final int perSecond;
    private final BoundedIdleMap<SlidingWindow> byAddress;
    private final SlidingWindow ofBusy = new SlidingWindow(Window.BURST);

    /**
     * @param perSecond connections of all addresses that open many
     * @param addresses that are counted at a time; for one more the one used longest ago is forgotten
     */
    AcceptPace(int perSecond, int addresses) {
        this.perSecond = perSecond;
        this.byAddress = new BoundedIdleMap<>(addresses, (window, now) -> window.total(now) == 0);
    }

    /**
     * Counts a connection that may be accepted.
     *
     * @param keys of its address, narrowest first; none for a trusted proxy, which opens as many as it needs
     */
    synchronized boolean admits(List<String> keys, long now) {
        if (isBusy(keys, now)) {
            if (ofBusy.total(now) >= perSecond) {
                return false;
            }
            ofBusy.count(now, 1);
        }
        byAddress.makeRoomFor(keys);
        keys.forEach(key ->
                byAddress.make(key, () -> new SlidingWindow(Window.BURST)).count(now, 1));
        return true;
    }

    private boolean isBusy(List<String> keys, long now) {
        int few = Math.max(1, perSecond / FEW_DIVISOR);
        for (String key : keys) {
            int max = few;
            if (byAddress.find(key).filter(window -> window.total(now) >= max).isPresent()) {
                return true;
            }
            few *= WIDER_FACTOR;
        }
        return false;
    }
}

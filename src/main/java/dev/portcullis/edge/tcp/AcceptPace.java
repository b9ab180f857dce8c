package dev.portcullis.edge.tcp;

import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.window.AddressWindows;
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

    private final int perSecond;
    private final AddressWindows few;
    private final SlidingWindow ofBusy = new SlidingWindow(Window.BURST);

    /**
     * @param perSecond connections beyond those few, of all addresses together
     * @param addresses the number of addresses that are counted at a time
     */
    AcceptPace(int perSecond, int addresses) {
        this.perSecond = perSecond;
        this.few = new AddressWindows(Window.BURST, Math.max(1, perSecond / FEW_DIVISOR), addresses);
    }

    /**
     * Counts a connection that may be accepted.
     *
     * @param keys of its address, narrowest first; none for a trusted proxy, which opens as many as it needs
     */
    synchronized boolean admits(List<String> keys, long now) {
        boolean admits = few.take(keys, now) == 0;
        if (!admits && ofBusy.total(now) < perSecond) {
            ofBusy.count(now, 1);
            admits = true;
        }
        return admits;
    }
}

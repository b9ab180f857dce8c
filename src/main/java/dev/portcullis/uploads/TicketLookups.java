package dev.portcullis.uploads;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many tickets are looked up at a time that this node has not issued: of one address no more than a share, so that it takes
 * several to keep others waiting (CWE-770). Used by all threads.
 */
final class TicketLookups {
    /** An address has this part of them, a wider network of IPv6 all. */
    private static final int SHARE = 8;

    private final int most;
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int all;

    TicketLookups(int most) {
        this.most = most;
    }

    /**
     * Returns false if there is no place; else {@link #release} must follow.
     *
     * @param address its keys, narrowest first
     */
    synchronized boolean tryAcquire(List<String> address) {
        int share = Math.max(1, most / SHARE);
        if (all >= most || isFull(address, share)) {
            return false;
        }
        all++;
        address.forEach(key -> byAddress.merge(key, 1, Integer::sum));
        return true;
    }

    synchronized void release(List<String> address) {
        all--;
        address.forEach(key -> byAddress.computeIfPresent(key, (any, count) -> count == 1 ? null : count - 1));
    }

    private boolean isFull(List<String> address, int share) {
        int max = share;
        for (String key : address) {
            if (byAddress.getOrDefault(key, 0) >= max) {
                return true;
            }
            max *= SHARE;
        }
        return false;
    }
}

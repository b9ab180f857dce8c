package dev.portcullis.uploads;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many tickets are looked up at a time: for one payer no more than a share, so that it takes several to keep others waiting
 * (CWE-770). Used by all threads.
 */
final class TicketLookups {
    /** A payer has this part of them, a wider network of IPv6 all. */
    private static final int SHARE = 8;

    private final int most;
    private final Map<String, Integer> byPayer = new HashMap<>();
    private int all;

    TicketLookups(int most) {
        this.most = most;
    }

    /**
     * Returns false if there is no place. If true, {@link #release} must follow.
     *
     * @param payer a user, or the keys of an address, narrowest first
     */
    synchronized boolean tryAcquire(List<String> payer) {
        int share = Math.max(1, most / SHARE);
        if (all >= most || isFull(payer, share)) {
            return false;
        }
        all++;
        payer.forEach(key -> byPayer.merge(key, 1, Integer::sum));
        return true;
    }

    synchronized void release(List<String> payer) {
        all--;
        payer.forEach(key -> byPayer.computeIfPresent(key, (any, count) -> count == 1 ? null : count - 1));
    }

    private boolean isFull(List<String> payer, int share) {
        int max = share;
        for (String key : payer) {
            if (byPayer.getOrDefault(key, 0) >= max) {
                return true;
            }
            max *= SHARE;
        }
        return false;
    }
}

package dev.portcullis.audit.analysis;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** How much of one source there was within the last window, to a twelfth of it. */
final class SlidingCount {
    private static final int SLOTS = 12;

    /** More would say no more: the thresholds are far below. */
    private static final int MOST_ADDRESSES = 64;

    private final long slotMs;
    private final long[] slots = new long[SLOTS];
    private final Map<String, Long> addresses = new LinkedHashMap<>();
    private long newest = Long.MIN_VALUE;

    SlidingCount(long windowMs) {
        this.slotMs = Math.max(1, windowMs / SLOTS);
    }

    /**
     * The sum of the window that ends now. A time shortly before the newest one counts as that; behind one that is older than the
     * window, the clock was set back, and the count begins again.
     */
    long add(long at, long count) {
        long slot = at / slotMs;
        if (newest != Long.MIN_VALUE && slot < newest - SLOTS) {
            Arrays.fill(slots, 0);
            newest = slot;
        }
        slot = Math.max(newest, slot);
        if (newest != Long.MIN_VALUE) {
            for (long gone = Math.max(newest + 1, slot - SLOTS + 1); gone <= slot; gone++) {
                slots[Math.floorMod(gone, SLOTS)] = 0;
            }
        }
        newest = slot;
        slots[Math.floorMod(slot, SLOTS)] += count;
        long sum = 0;
        for (long each : slots) {
            sum += each;
        }
        return sum;
    }

    /** The number of different addresses in the window that ends now. */
    long addAddress(long at, String address) {
        addresses.remove(address);
        addresses.put(address, at);
        Iterator<Long> oldest = addresses.values().iterator();
        while (oldest.hasNext() && (oldest.next() < at - slotMs * SLOTS || addresses.size() > MOST_ADDRESSES)) {
            oldest.remove();
        }
        return addresses.size();
    }
}

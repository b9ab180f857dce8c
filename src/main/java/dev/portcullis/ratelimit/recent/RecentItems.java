package dev.portcullis.ratelimit.recent;

import dev.portcullis.config.crypto.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The items of one set, in pairs of an item and the time at which it was last seen, the oldest first. */
final class RecentItems {
    private static final long[] NONE = {};
    private static final int FIRST_ITEMS = 2;

    private long[] pairs;
    private int live;

    RecentItems() {
        this(NONE);
    }

    /** @param pairs as {@link #pairs()} gave them */
    RecentItems(long[] pairs) {
        this.pairs = pairs;
        this.live = pairs.length / 2;
    }

    /** The hash that stands for an item. */
    static long hash(String item) {
        return ByteBuffer.wrap(Sha256.of(item)).getLong();
    }

    long[] pairs() {
        return Arrays.copyOf(pairs, 2 * live);
    }

    /** Returns whether the set was full of others. */
    boolean add(long item, int max, long lengthMs, long now) {
        long at = forget(lengthMs, now);
        remove(item);
        boolean full = live >= max;
        drop(Math.max(0, live + 1 - max));
        if (2 * live == pairs.length) {
            pairs = Arrays.copyOf(pairs, Math.max(2 * FIRST_ITEMS, 2 * pairs.length));
        }
        pairs[2 * live] = item;
        pairs[2 * live + 1] = at;
        live++;
        return full;
    }

    /** How long until the set is no longer full; 0 if it is not. To be asked after an item was added. */
    long waitMs(int max, long lengthMs, long now) {
        return live < max ? 0 : time(0) + lengthMs - now;
    }

    void remove(long item) {
        int place = find(item);
        if (place >= 0) {
            System.arraycopy(pairs, 2 * (place + 1), pairs, 2 * place, 2 * (live - place - 1));
            live--;
        }
    }

    void clear() {
        live = 0;
    }

    boolean has(long item, long lengthMs, long now) {
        forget(lengthMs, now);
        return find(item) >= 0;
    }

    boolean isEmpty(long lengthMs, long now) {
        forget(lengthMs, now);
        return live == 0;
    }

    /**
     * Forgets what is too old. If the clock ran ahead, that must not make a set last for longer than its length.
     *
     * @return the time of the set, which never runs back
     */
    private long forget(long lengthMs, long now) {
        if (live > 0 && time(live - 1) > now + lengthMs) {
            live = 0;
        }
        long at = live == 0 ? now : Math.max(now, time(live - 1));
        int old = 0;
        while (old < live && at - time(old) >= lengthMs) {
            old++;
        }
        drop(old);
        return at;
    }

    private void drop(int oldest) {
        System.arraycopy(pairs, 2 * oldest, pairs, 0, 2 * (live - oldest));
        live -= oldest;
    }

    private int find(long item) {
        for (int place = 0; place < live; place++) {
            if (pairs[2 * place] == item) {
                return place;
            }
        }
        return -1;
    }

    private long time(int place) {
        return pairs[2 * place + 1];
    }
}

package dev.portcullis.ratelimit.reputation;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Many ranges of addresses in sorted arrays: 8 bytes for one of IPv4, 32 for one of IPv6. Ranges that overlap or touch are
 * one, so a binary search finds the only one that can have an address in it. Immutable.
 */
final class AddressTable {
    static final AddressTable EMPTY = new Builder().build();

    private static final int V4_BITS = 32;
    private static final int PREFIX_BITS = 96; // of an IPv4 address in its mapped form
    private static final long V4_MASK = 0xFFFF_FFFFL;

    private final int[] v4First; // as unsigned numbers, which compare like signed ones with the highest bit flipped
    private final int[] v4Last;
    private final long[][] v6; // the first and the last address of each range, two longs each

    private AddressTable(int[] v4First, int[] v4Last, long[][] v6) {
        this.v4First = v4First;
        this.v4Last = v4Last;
        this.v6 = v6;
    }

    int size() {
        return v4First.length + v6.length;
    }

    boolean contains(IpAddress address) {
        return address.isV4() ? containsV4((int) address.low()) : containsV6(address);
    }

    private boolean containsV4(int address) {
        int flipped = address ^ Integer.MIN_VALUE;
        int found = Arrays.binarySearch(v4First, flipped);
        int place = found >= 0 ? found : -found - 2; // the last range that begins at or before the address
        return place >= 0 && flipped <= v4Last[place];
    }

    private boolean containsV6(IpAddress address) {
        long[] key = {address.high(), address.low()};
        int found = Arrays.binarySearch(v6, key, Builder.BY_FIRST);
        int place = found >= 0 ? found : -found - 2;
        return place >= 0 && Builder.compare(key, 0, v6[place], 2) <= 0;
    }

    /** Collects ranges in any order. */
    static final class Builder {
        static final Comparator<long[]> BY_FIRST = (one, other) -> compare(one, 0, other, 0);

        private long[] v4 = new long[1_024]; // first << 32 | last, both flipped, so that signed order is theirs
        private int v4Count;
        private long[][] v6 = new long[16][];
        private int v6Count;

        void add(AddressRange range) {
            if (range.base().isV4() && range.bits() >= PREFIX_BITS) {
                addV4((int) range.base().low(), range.bits() - PREFIX_BITS);
            } else {
                addV6(range);
            }
        }

        int count() {
            return v4Count + v6Count;
        }

        private void addV4(int first, int bits) {
            int hosts = bits == V4_BITS ? 0 : -1 >>> bits;
            if (v4Count == v4.length) {
                v4 = Arrays.copyOf(v4, 2 * v4.length);
            }
            long low = (first | hosts) ^ Integer.MIN_VALUE;
            v4[v4Count++] = (long) (first ^ Integer.MIN_VALUE) << V4_BITS | (low & V4_MASK);
        }

        private void addV6(AddressRange range) {
            if (v6Count == v6.length) {
                v6 = Arrays.copyOf(v6, 2 * v6.length);
            }
            int bits = range.bits();
            long high = range.base().high();
            long low = range.base().low();
            v6[v6Count++] = new long[] {
                high,
                low,
                bits >= Long.SIZE ? high : high | -1L >>> bits,
                bits <= Long.SIZE ? -1L : bits == 2 * Long.SIZE ? low : low | -1L >>> bits
            };
        }

        AddressTable build() {
            Arrays.sort(v4, 0, v4Count);
            Arrays.sort(v6, 0, v6Count, BY_FIRST);
            int[] firsts = new int[v4Count];
            int[] lasts = new int[v4Count];
            int ranges = mergeV4(firsts, lasts);
            return new AddressTable(Arrays.copyOf(firsts, ranges), Arrays.copyOf(lasts, ranges), mergeV6());
        }

        private int mergeV4(int[] firsts, int[] lasts) {
            int merged = 0;
            for (int i = 0; i < v4Count; i++) {
                int first = (int) (v4[i] >> V4_BITS);
                int last = (int) v4[i];
                if (merged > 0 && first <= (long) lasts[merged - 1] + 1) {
                    lasts[merged - 1] = Math.max(lasts[merged - 1], last);
                } else {
                    firsts[merged] = first;
                    lasts[merged] = last;
                    merged++;
                }
            }
            return merged;
        }

        private long[][] mergeV6() {
            int merged = 0;
            for (int i = 0; i < v6Count; i++) {
                long[] range = v6[i];
                if (merged > 0 && compare(range, 0, v6[merged - 1], 2) <= 0) {
                    long[] before = v6[merged - 1];
                    if (compare(range, 2, before, 2) > 0) {
                        v6[merged - 1] = new long[] {before[0], before[1], range[2], range[3]};
                    }
                } else {
                    v6[merged++] = range;
                }
            }
            return Arrays.copyOf(v6, merged);
        }

        /** Compares two addresses of two longs each, as unsigned numbers. */
        static int compare(long[] one, int at, long[] other, int otherAt) {
            int high = Long.compareUnsigned(one[at], other[otherAt]);
            return high != 0 ? high : Long.compareUnsigned(one[at + 1], other[otherAt + 1]);
        }
    }
}

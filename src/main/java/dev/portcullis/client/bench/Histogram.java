package dev.portcullis.client.bench;

/** Counts durations in buckets less than one percent wide, from nanoseconds to hours, without allocating. */
public final class Histogram {
    /** 128 buckets for each doubling bound the error of a percentile to 1/128. */
    private static final int SUB_BITS = 7;

    private static final int SUB = 1 << SUB_BITS;
    private static final int BUCKETS = (Long.SIZE - SUB_BITS) * SUB;

    private final long[] counts = new long[BUCKETS];
    private long total;
    private long max;

    public void record(long value) {
        long positive = Math.max(0, value);
        counts[bucketOf(positive)]++;
        total++;
        max = Math.max(max, positive);
    }

    public void add(Histogram other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
        max = Math.max(max, other.max);
    }

    public long count() {
        return total;
    }

    public long max() {
        return max;
    }

    /** The value that this share of all recorded ones does not exceed; 0 when there are none. */
    public long percentile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int i = 0; i < BUCKETS && total > 0; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.min(max, upperEndOf(i));
            }
        }
        return 0;
    }

    private static int bucketOf(long value) {
        if (value < SUB) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - SUB_BITS;
        return (shift + 1) * SUB + (int) ((value >>> shift) - SUB);
    }

    private static long upperEndOf(int bucket) {
        if (bucket < SUB) {
            return bucket;
        }
        int shift = bucket / SUB - 1;
        return ((long) (bucket % SUB + SUB + 1) << shift) - 1;
    }
}

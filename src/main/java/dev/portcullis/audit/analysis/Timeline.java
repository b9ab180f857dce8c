package dev.portcullis.audit.analysis;

import java.util.List;
import java.util.stream.LongStream;

/** Counts over time in a fixed number of parts: they grow wider as the time grows, so it takes no more memory for a year than for a minute. */
public final class Timeline {
    private static final int PARTS = 60;
    private static final long NARROWEST_MS = 1_000;

    private final long[] counts = new long[PARTS];
    private final long begin;
    private long width = NARROWEST_MS;
    private int last;

    /**
     * A timeline that was read.
     *
     * @param begin in milliseconds since 1970
     * @param width of a part, in milliseconds
     * @param counts of each part up to the last that has any
     */
    public record Drawn(long begin, long width, List<Long> counts) {
        public long end() {
            return begin + width * counts.size();
        }

        public long highest() {
            return counts.stream().mapToLong(Long::longValue).max().orElse(0);
        }
    }

    Timeline(long begin) {
        this.begin = begin;
    }

    /** What is before the beginning, as after a clock that was set back, counts there. */
    void add(long at, long count) {
        while (at - begin >= width * PARTS) {
            widen();
        }
        int part = (int) (Math.max(0, at - begin) / width);
        counts[part] += count;
        last = Math.max(last, part);
    }

    Drawn drawn() {
        return new Drawn(
                begin, width, LongStream.of(counts).limit(last + 1L).boxed().toList());
    }

    private void widen() {
        for (int i = 0; i < PARTS; i++) {
            long sum = 2 * i + 1 < PARTS ? counts[2 * i] + counts[2 * i + 1] : 0;
            counts[i] = sum;
        }
        last /= 2;
        width *= 2;
    }
}

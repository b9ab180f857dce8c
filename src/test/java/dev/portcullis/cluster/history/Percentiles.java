package dev.portcullis.cluster.history;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Percentiles of durations; zero if there are none. */
public record Percentiles(int count, Duration median, Duration p99, Duration longest) {
    static Percentiles of(Collection<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return new Percentiles(sorted.size(), at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
    }

    private static Duration at(List<Long> sorted, double part) {
        int index = Math.min(sorted.size() - 1, (int) (part * sorted.size()));
        return sorted.isEmpty() ? Duration.ZERO : Duration.ofNanos(sorted.get(index));
    }

    @Override
    public String toString() {
        return "p50 " + median.toMillis() + ", p99 " + p99.toMillis() + ", max " + longest.toMillis() + " ms (" + count
                + ")";
    }
}

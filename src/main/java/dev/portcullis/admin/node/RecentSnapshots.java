package dev.portcullis.admin.node;

import dev.portcullis.admin.node.Snapshot.Total;
import dev.portcullis.audit.metrics.MeterValues.Durations;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The snapshots of the last minute, from which rates are made. Used by one thread. */
final class RecentSnapshots {
    private final int most;
    private final Deque<Snapshot> all = new ArrayDeque<>();

    RecentSnapshots(int most, Snapshot first) {
        this.most = most;
        all.add(first);
    }

    /** A snapshot of an earlier time than the last one tells that the clock was set back; what was before is forgotten. */
    void add(Snapshot next) {
        if (next.at() <= all.getLast().at()) {
            all.clear();
        } else if (all.size() == most) {
            all.removeFirst();
        }
        all.addLast(next);
    }

    /** From the oldest snapshot that is not older than that to the newest. */
    Span last(long millis) {
        Snapshot now = all.getLast();
        Snapshot from = now;
        Iterator<Snapshot> newestFirst = all.descendingIterator();
        while (newestFirst.hasNext()) {
            Snapshot each = newestFirst.next();
            if (now.at() - each.at() > millis) {
                break;
            }
            from = each;
        }
        return new Span(from, now);
    }

    /** The time between two snapshots. */
    record Span(Snapshot from, Snapshot to) {
        long millis() {
            return to.at() - from.at();
        }

        /** The increase in a second. */
        double rate(Total total) {
            return millis() > 0 ? added(total) * 1_000 / millis() : 0;
        }

        double added(Total total) {
            return Percentile.added(from.total(total), to.total(total));
        }

        /** How often these labels were counted. */
        double added(Function<Snapshot, Map<List<String>, Double>> counts, List<String> labels) {
            return Percentile.added(
                    counts.apply(from).getOrDefault(labels, 0d),
                    counts.apply(to).getOrDefault(labels, 0d));
        }

        /** Of the time of so many processors, in thousandths. */
        long cpuPermille(int processors) {
            double nanos = TimeUnit.MILLISECONDS.toNanos(millis()) * (double) processors;
            return nanos > 0 ? Math.min(1_000, Math.round((to.cpuNanos() - from.cpuNanos()) * 1_000 / nanos)) : 0;
        }

        double p99(Function<Snapshot, Durations> histogram) {
            return Percentile.ofNew(histogram.apply(from), histogram.apply(to), 0.99);
        }
    }
}

package dev.portcullis.client.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** The counters of one event loop. Only that loop touches them until the run is over. */
final class BenchCounters {
    /** Keeps the error of a duration under 0.1 percent. */
    private static final int SIGNIFICANT_DIGITS = 3;

    final Histogram delivery = new Histogram(SIGNIFICANT_DIGITS);
    final Histogram across = new Histogram(SIGNIFICANT_DIGITS);
    final Histogram ack = new Histogram(SIGNIFICANT_DIGITS);
    final Histogram handshake = new Histogram(SIGNIFICANT_DIGITS);
    final Map<String, Long> refusals = new TreeMap<>();
    final Map<String, Long> cuts = new TreeMap<>();

    private long measureFrom = Long.MAX_VALUE;
    private long measureTo = Long.MAX_VALUE;

    long sent;
    long acked;
    long answered;
    long deliveries;
    long deliveriesMeasured;
    long messagesMeasured;

    /** Messages scheduled within these bounds count for the figures; all others only for the promises. */
    void measure(long from, long to) {
        measureFrom = from;
        measureTo = to;
    }

    /** @param across whether it was sent at another of the run's addresses */
    void delivered(long stamp, long now, boolean across) {
        deliveries++;
        if (now >= measureFrom && now < measureTo) {
            deliveriesMeasured++;
        }
        if (stamp >= measureFrom && stamp < measureTo) {
            record(delivery, now - stamp);
            if (across) {
                record(this.across, now - stamp);
            }
        }
    }

    void joined(long began, long now) {
        record(handshake, now - began);
    }

    void acked(long stamp, long now) {
        acked++;
        answered++;
        if (stamp >= measureFrom && stamp < measureTo) {
            messagesMeasured++;
            record(ack, now - stamp);
        }
    }

    /** Whether every message was answered. */
    boolean allAnswered() {
        return sent == answered;
    }

    /** What a watcher sees of it. */
    record Snapshot(long joined, long sent, long deliveries) {
        Snapshot plus(Snapshot other) {
            return new Snapshot(joined + other.joined, sent + other.sent, deliveries + other.deliveries);
        }
    }

    Snapshot snapshot() {
        return new Snapshot(handshake.getTotalCount(), sent, deliveries);
    }

    /** Only for tallies that nobody counts in any more. */
    static BenchCounters sum(List<BenchCounters> counterses) {
        BenchCounters sum = new BenchCounters();
        counterses.forEach(sum::add);
        return sum;
    }

    void refused(String reason) {
        refusals.merge(reason, 1L, Long::sum);
    }

    void disconnected(String how) {
        cuts.merge(how, 1L, Long::sum);
    }

    /** A message that leaves before it is due has no negative delay: the histogram takes none. */
    private static void record(Histogram into, long nanos) {
        into.recordValue(Math.max(0, nanos));
    }

    private void add(BenchCounters other) {
        delivery.add(other.delivery);
        across.add(other.across);
        ack.add(other.ack);
        handshake.add(other.handshake);
        other.refusals.forEach((reason, count) -> refusals.merge(reason, count, Long::sum));
        other.cuts.forEach((how, count) -> cuts.merge(how, count, Long::sum));
        sent += other.sent;
        acked += other.acked;
        answered += other.answered;
        deliveries += other.deliveries;
        deliveriesMeasured += other.deliveriesMeasured;
        messagesMeasured += other.messagesMeasured;
    }
}

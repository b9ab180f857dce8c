package dev.portcullis.client.bench;

import dev.portcullis.client.command.TerminalSafeText;
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

    /** Messages scheduled within this window count for the figures; all others only for the promises. */
    void measure(long from, long to) {
        measureFrom = from;
        measureTo = to;
    }

    /** @param across whether it was sent through another address of the run */
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

    void joined(long startNanos, long now) {
        record(handshake, now - startNanos);
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

    /** The counters that are shown while the run is on. */
    record Snapshot(long joined, long sent, long deliveries) {
        Snapshot plus(Snapshot other) {
            return new Snapshot(joined + other.joined, sent + other.sent, deliveries + other.deliveries);
        }
    }

    Snapshot snapshot() {
        return new Snapshot(handshake.getTotalCount(), sent, deliveries);
    }

    /** Call it only for counters that no loop updates any more. */
    static BenchCounters sum(List<BenchCounters> all) {
        BenchCounters sum = new BenchCounters();
        all.forEach(sum::add);
        return sum;
    }

    /** The reason is a text of the server, and is printed. */
    void refused(String reason) {
        refusals.merge(TerminalSafeText.singleLine(reason), 1L, Long::sum);
    }

    void disconnected(String reason) {
        cuts.merge(reason, 1L, Long::sum);
    }

    /** A message sent before it is due counts as immediate: the histogram takes no negative values. */
    private static void record(Histogram into, long nanos) {
        into.recordValue(Math.max(0, nanos));
    }

    private void add(BenchCounters other) {
        delivery.add(other.delivery);
        across.add(other.across);
        ack.add(other.ack);
        handshake.add(other.handshake);
        other.refusals.forEach((reason, count) -> refusals.merge(reason, count, Long::sum));
        other.cuts.forEach((reason, count) -> cuts.merge(reason, count, Long::sum));
        sent += other.sent;
        acked += other.acked;
        answered += other.answered;
        deliveries += other.deliveries;
        deliveriesMeasured += other.deliveriesMeasured;
        messagesMeasured += other.messagesMeasured;
    }
}

package dev.portcullis.client.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The counters of one event loop. Only that loop touches them until the run is over. */
final class Tally {
    final Histogram delivery = new Histogram();
    final Histogram across = new Histogram();
    final Histogram ack = new Histogram();
    final Histogram handshake = new Histogram();
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
            delivery.record(now - stamp);
            if (across) {
                this.across.record(now - stamp);
            }
        }
    }

    void acked(long stamp, long now) {
        acked++;
        answered++;
        if (stamp >= measureFrom && stamp < measureTo) {
            messagesMeasured++;
            ack.record(now - stamp);
        }
    }

    /** Whether every message was answered. */
    boolean settled() {
        return sent == answered;
    }

    /** What a watcher sees of it. */
    record Glance(long joined, long sent, long deliveries) {
        Glance plus(Glance other) {
            return new Glance(joined + other.joined, sent + other.sent, deliveries + other.deliveries);
        }
    }

    Glance glance() {
        return new Glance(handshake.count(), sent, deliveries);
    }

    /** Only for tallies that nobody counts in any more. */
    static Tally sum(List<Tally> tallies) {
        Tally sum = new Tally();
        tallies.forEach(sum::add);
        return sum;
    }

    void refused(String reason) {
        refusals.merge(reason, 1L, Long::sum);
    }

    void cut(String how) {
        cuts.merge(how, 1L, Long::sum);
    }

    private void add(Tally other) {
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

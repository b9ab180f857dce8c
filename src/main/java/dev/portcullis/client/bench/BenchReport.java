package dev.portcullis.client.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The result of a run. Figures cover only the measured time; promises (lost, duplicates, disorders) the whole run.
 *
 * @param across the deliveries of messages that were sent through another address of the run
 * @param lost acknowledged messages that a member did not get, counted for each such member
 * @param disorders messages that arrived after a later one
 * @param unanswered messages that were neither acknowledged nor refused
 * @param cuts members whose connection ended before the run, by reason
 * @param cost empty if the server's processes are not known
 */
public record BenchReport(
        int planned,
        int joined,
        double handshakesPerSecond,
        Spread handshake,
        long sent,
        long acked,
        double messagesPerSecond,
        double deliveriesPerSecond,
        Spread delivery,
        Spread across,
        Spread ack,
        long lost,
        long duplicates,
        long disorders,
        long unanswered,
        Map<String, Long> refusals,
        Map<String, Long> cuts,
        Optional<Cost> cost) {

    public BenchReport {
        refusals = Map.copyOf(refusals);
        cuts = Map.copyOf(cuts);
    }

    static BenchReport of(
            BenchPlan plan,
            double handshakesPerSecond,
            BenchCounters counters,
            SeqCheck.Account account,
            Optional<CpuUse> cpu) {
        double seconds = plan.phases().durationMs() / (double) TimeUnit.SECONDS.toMillis(1);
        return new BenchReport(
                plan.population().connections(),
                (int) counters.handshake.getTotalCount(),
                handshakesPerSecond,
                Spread.of(counters.handshake),
                counters.sent,
                counters.acked,
                counters.messagesMeasured / seconds,
                counters.deliveriesMeasured / seconds,
                Spread.of(counters.delivery),
                Spread.of(counters.across),
                Spread.of(counters.ack),
                account.lost(),
                account.duplicates(),
                account.disorders(),
                counters.sent - counters.answered,
                counters.refusals,
                counters.cuts,
                cpu.map(use -> use.per(counters.handshake.getTotalCount(), counters.deliveriesMeasured)));
    }

    /**
     * CPU of the server in microseconds.
     *
     * @param handshake with the joins of the member
     * @param delivery with all that belongs to its message
     */
    public record Cost(double handshake, double delivery) {
        JsonObject toJson() {
            return new JsonObject().put("handshake", handshake).put("delivery", delivery);
        }
    }

    /**
     * CPU of the server in microseconds.
     *
     * @param connecting while the members connected
     * @param measured in the measured time
     */
    record CpuUse(double connecting, double measured) {
        private Cost per(long handshakes, long deliveries) {
            return new Cost(connecting / Math.max(1, handshakes), measured / Math.max(1, deliveries));
        }
    }

    /** Durations in milliseconds. */
    public record Spread(long count, double p50, double p99, double max) {
        static Spread of(Histogram histogram) {
            return new Spread(
                    histogram.getTotalCount(),
                    millis(histogram.getValueAtPercentile(50)),
                    millis(histogram.getValueAtPercentile(99)),
                    millis(histogram.getMaxValue()));
        }

        private static double millis(long nanos) {
            return nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
        }

        JsonObject toJson() {
            return new JsonObject()
                    .put("count", count)
                    .put("p50", p50)
                    .put("p99", p99)
                    .put("max", max);
        }
    }

    /**
     * Whether the run succeeded: all members joined and stayed, every message was acknowledged and reached each member
     * once and in order, and some were delivered in the measured time.
     */
    public boolean sound() {
        return faults().isEmpty();
    }

    private boolean promisesKept() {
        return lost == 0 && duplicates == 0 && disorders == 0;
    }

    /** If members could not join, the refusals are theirs and not of messages. */
    private boolean everyMessageAcked() {
        return acked == sent && (refusals.isEmpty() || joined < planned);
    }

    public JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("sound", sound())
                .put("planned", planned)
                .put("joined", joined)
                .put("handshakesPerSecond", handshakesPerSecond)
                .put("handshakeMs", handshake.toJson())
                .put("sent", sent)
                .put("acked", acked)
                .put("messagesPerSecond", messagesPerSecond)
                .put("deliveriesPerSecond", deliveriesPerSecond)
                .put("deliveryMs", delivery.toJson())
                .put("acrossMs", across.toJson())
                .put("ackMs", ack.toJson())
                .put("lost", lost)
                .put("duplicates", duplicates)
                .put("disorders", disorders)
                .put("unanswered", unanswered)
                .put("refusals", new JsonObject(new LinkedHashMap<>(refusals)))
                .put("cuts", new JsonObject(new LinkedHashMap<>(cuts)));
        cost.ifPresent(known -> json.put("serverCpuMicros", known.toJson()));
        return json;
    }

    public String toText() {
        return String.join(
                System.lineSeparator(),
                line("verdict", "%s", sound() ? "sound" : "not sound: " + String.join(", ", faults())),
                line("members", "%,d of %,d joined", joined, planned),
                line("handshakes", "%,.0f/s   %s", handshakesPerSecond, spread(handshake)),
                line("messages", "%,.1f/s   acknowledged after %s", messagesPerSecond, spread(ack)),
                line("deliveries", "%,.0f/s   %s", deliveriesPerSecond, spread(delivery)),
                line("across", "%s", across.count() == 0 ? "one address only" : spread(across)),
                line("promises", "%,d lost, %,d duplicates, %,d out of order", lost, duplicates, disorders),
                line("unanswered", "%,d of %,d sent", unanswered, sent),
                line("refusals", "%s", refusals.isEmpty() ? "none" : refusals),
                line("cuts", "%s", cuts.isEmpty() ? "none" : cuts),
                line("server", "%s", cost.map(BenchReport::micros).orElse("CPU not known without --pid")));
    }

    private List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (joined < planned) {
            faults.add("members missing");
        }
        if (!promisesKept()) {
            faults.add("promises broken");
        }
        if (!cuts.isEmpty()) {
            faults.add("connections cut");
        }
        if (!everyMessageAcked()) {
            faults.add("messages refused or unanswered");
        }
        if (delivery.count() == 0) {
            faults.add("nothing delivered in the measured time");
        }
        return faults;
    }

    private static String line(String name, String format, Object... values) {
        return String.format(Locale.ROOT, "%-12s", name) + String.format(Locale.ROOT, format, values);
    }

    private static String micros(Cost cost) {
        return String.format(
                Locale.ROOT, "CPU %.1f us a delivery  %.0f us a handshake", cost.delivery(), cost.handshake());
    }

    private static String spread(Spread of) {
        return String.format(Locale.ROOT, "p50 %.2f  p99 %.2f  max %.2f ms", of.p50(), of.p99(), of.max());
    }
}

package dev.portcullis.admin.node;

import dev.portcullis.audit.metrics.MeterValues;
import dev.portcullis.audit.metrics.MeterValues.Durations;
import dev.portcullis.audit.metrics.MeterValues.Series;
import dev.portcullis.audit.metrics.Metric;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The counts of a node at one time.
 *
 * @param at milliseconds
 * @param cpuNanos of processors that the process has used
 * @param refusals counts by their labels, which are of a closed set
 * @param limits exceeded limits by their labels
 * @param store durations by operation
 */
record Snapshot(
        long at,
        long cpuNanos,
        Map<Total, Double> totals,
        Map<List<String>, Double> refusals,
        Map<List<String>, Double> limits,
        Durations publish,
        Durations delivery,
        Map<String, Durations> store) {

    /** A count that is shown as a rate. */
    enum Total {
        FRAMES("frames"),
        MESSAGES("messages"),
        DELIVERIES("deliveries"),
        RECEIVED_BYTES("receivedBytes"),
        DELIVERED_BYTES("deliveredBytes"),
        REFUSALS("refusals");

        private final String id;

        Total(String id) {
            this.id = id;
        }

        String id() {
            return id;
        }
    }

    static Snapshot of(long at, long cpuNanos, MeterValues values) {
        Map<List<String>, Double> refusals = new HashMap<>();
        values.series(Metric.REFUSALS).forEach(each -> put(refusals, each, "frame", "reason"));
        values.series(Metric.HANDSHAKES_REFUSED).forEach(each -> put(refusals, each, "handshake", "reason"));
        values.series(Metric.AUTH_FAILURES).forEach(each -> put(refusals, each, "token", "reason"));
        Map<List<String>, Double> limits = new HashMap<>();
        values.series(Metric.LIMITED)
                .forEach(each -> limits.merge(
                        List.of(label(each, "scope"), label(each, "window"), label(each, "action")),
                        each.value(),
                        Double::sum));
        Durations publish = only(values.durations(Metric.PUBLISH));
        Map<Total, Double> totals = new EnumMap<>(Total.class);
        totals.put(Total.FRAMES, values.sum(Metric.FRAMES));
        totals.put(Total.MESSAGES, publish.count());
        totals.put(Total.DELIVERIES, values.sum(Metric.DELIVERIES));
        totals.put(Total.RECEIVED_BYTES, values.sum(Metric.RECEIVED_BYTES));
        totals.put(Total.DELIVERED_BYTES, values.sum(Metric.DELIVERED_BYTES));
        totals.put(
                Total.REFUSALS,
                refusals.values().stream().mapToDouble(Double::doubleValue).sum());
        return new Snapshot(
                at,
                cpuNanos,
                totals,
                refusals,
                limits,
                publish,
                only(values.durations(Metric.DELIVERY)),
                values.durations(Metric.STORE));
    }

    double total(Total each) {
        return totals.getOrDefault(each, 0d);
    }

    private static void put(Map<List<String>, Double> to, Series each, String kind, String label) {
        to.merge(List.of(kind, label(each, label)), each.value(), Double::sum);
    }

    private static String label(Series of, String name) {
        return of.labels().getOrDefault(name, "");
    }

    private static Durations only(Map<String, Durations> histograms) {
        return Optional.ofNullable(histograms.get("")).orElse(Durations.NONE);
    }
}

package dev.portcullis.admin.node;

import dev.portcullis.admin.node.NodeFacts.NodeView;
import dev.portcullis.admin.node.RecentSnapshots.Span;
import dev.portcullis.admin.node.Snapshot.Total;
import dev.portcullis.audit.metrics.MeterValues;
import dev.portcullis.audit.metrics.MeterValues.Durations;
import dev.portcullis.audit.metrics.Metric;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The statistics of a node in the form of the contract.
 *
 * @param now the values of the metrics
 * @param span over which rates are taken
 * @param minute over which refusals and the store are shown as recent
 */
record StatisticsReport(NodeFacts facts, MeterValues now, Span span, Span minute) {
    private static final int MOST_ROWS = 50;
    private static final List<String> BREAKER_STATES = List.of("closed", "half_open", "open");

    Map<String, Object> fields(List<NodeView> nodes, long startedAt, long at, long pointMs, History.Slice history) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("node", facts.node());
        fields.put("incarnation", facts.incarnation().get());
        fields.put("version", facts.version());
        fields.put("state", facts.state().get().id());
        fields.put("time", at);
        fields.put("uptimeMs", Math.max(0, at - startedAt));
        fields.put("nodes", nodes.stream().map(StatisticsReport::fields).toList());
        fields.put("lanesUnavailable", gauge(Metric.LANES_UNAVAILABLE));
        fields.put("connections", connections());
        fields.put("sessions", gauge(Metric.SESSIONS));
        fields.put("rooms", gauge(Metric.ROOMS));
        fields.put("presentUsers", gauge(Metric.PRESENCE_USERS));
        fields.put("rates", rates());
        fields.put("refusals", refusals());
        fields.put("limits", limits());
        fields.put(
                "bans", Map.of("inForce", gauge(Metric.BANS_IN_FORCE), "ageSeconds", gauge(Metric.BANS_AGE_SECONDS)));
        fields.put("store", store());
        fields.put("breakers", breakers());
        fields.put("memory", memory());
        fields.put("eventLoopLagMs", rounded(now.sum(Metric.EVENT_LOOP_LAG_SECONDS) * 1_000));
        fields.put("history", history(pointMs, history));
        return fields;
    }

    static Map<String, Object> fields(NodeView node) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("node", node.node());
        fields.put("self", node.self());
        fields.put("version", node.version());
        fields.put("stages", node.stages());
        fields.put("reachable", node.reachable());
        fields.put("seenMs", node.seenMs());
        return fields;
    }

    private Map<String, Object> connections() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("open", gauge(Metric.CONNECTIONS));
        fields.put("anonymous", gauge(Metric.UNAUTHENTICATED_CONNECTIONS));
        fields.put("pending", gauge(Metric.PENDING_CONNECTIONS));
        fields.put("opened", gauge(Metric.CONNECTIONS_OPENED));
        fields.put("slowReaders", gauge(Metric.SLOW_READER_CLOSES));
        return fields;
    }

    private Map<String, Object> rates() {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Total each : Total.values()) {
            fields.put(each.id(), rounded(span.rate(each)));
        }
        fields.put("publishP99Ms", rounded(span.p99(Snapshot::publish)));
        fields.put("deliveryP99Ms", rounded(span.p99(Snapshot::delivery)));
        fields.put("windowMs", span.millis());
        return fields;
    }

    private List<Map<String, Object>> refusals() {
        return most(Snapshot::refusals)
                .map(labels -> counted(Snapshot::refusals, labels, "kind", "reason"))
                .toList();
    }

    private List<Map<String, Object>> limits() {
        return most(Snapshot::limits)
                .map(labels -> counted(Snapshot::limits, labels, "scope", "window", "action"))
                .toList();
    }

    /** The labels with most counts in the last minute come first, then those with most counts since the start. */
    private Stream<List<String>> most(Function<Snapshot, Map<List<String>, Double>> counts) {
        Comparator<Map.Entry<List<String>, Double>> byRecent =
                Comparator.comparingDouble(each -> -minute.added(counts, each.getKey()));
        return counts.apply(minute.to()).entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .sorted(byRecent.thenComparing(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .thenComparing(each -> each.getKey().toString()))
                .limit(MOST_ROWS)
                .map(Map.Entry::getKey);
    }

    private Map<String, Object> counted(
            Function<Snapshot, Map<List<String>, Double>> counts, List<String> labels, String... names) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            fields.put(names[i], labels.get(i));
        }
        fields.put("count", counts.apply(minute.to()).getOrDefault(labels, 0d).longValue());
        fields.put("lastMinute", (long) minute.added(counts, labels));
        return fields;
    }

    private Map<String, Object> store() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", facts.store());
        fields.put(
                "operations",
                minute.to().store().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(each -> operation(each.getKey()))
                        .toList());
        return fields;
    }

    private Map<String, Object> operation(String name) {
        Durations before = minute.from().store().getOrDefault(name, Durations.NONE);
        Durations after = minute.to().store().getOrDefault(name, Durations.NONE);
        double count = Percentile.added(before.count(), after.count());
        double seconds = Percentile.added(before.total(), after.total());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("operation", name);
        fields.put("count", (long) after.count());
        fields.put("lastMinute", (long) count);
        fields.put("meanMs", rounded(count > 0 ? seconds * 1_000 / count : 0));
        fields.put("p99Ms", rounded(Percentile.ofNew(before, after, 0.99)));
        return fields;
    }

    /** The instances of stages that are not asked, and the state of outside services. */
    private Map<String, Object> breakers() {
        Map<String, Object> stages = new LinkedHashMap<>();
        now.series(Metric.BREAKERS_OPEN)
                .forEach(each -> stages.put(each.labels().getOrDefault("stage", ""), (long) each.value()));
        Map<String, Object> services = new LinkedHashMap<>();
        now.series(Metric.BREAKER_STATE)
                .forEach(each -> services.put(
                        each.labels().getOrDefault("service", ""), BREAKER_STATES.get((int) each.value())));
        return Map.of("stages", stages, "services", services);
    }

    private Map<String, Object> memory() {
        Map<String, Object> fields = NodeMemory.fields();
        fields.put("buffered", gauge(Metric.BUFFERED_BYTES));
        fields.put("bufferedLimit", gauge(Metric.BUFFERED_BYTES_LIMIT));
        return fields;
    }

    private static Map<String, Object> history(long pointMs, History.Slice points) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("intervalMs", pointMs);
        fields.put("times", points.times());
        fields.put("values", points.columns());
        return fields;
    }

    private long gauge(Metric metric) {
        return (long) now.sum(metric);
    }

    static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}

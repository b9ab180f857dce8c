package dev.portcullis.admin.node;

import dev.portcullis.admin.node.NodeFacts.NodeView;
import dev.portcullis.admin.node.RecentSnapshots.Span;
import dev.portcullis.admin.node.Snapshot.Total;
import dev.portcullis.audit.metrics.MeterValues;
import dev.portcullis.audit.metrics.Metric;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How a node is, and was in the last hour. It reads the node's metrics, so that it never says something else than they do.
 * Used by one thread.
 */
public final class NodeStatistics {
    /** How often {@link #sample} is to be called. */
    public static final long SAMPLE_MS = 2_000;

    static final int POINTS = 360;
    static final int SAMPLES_OF_A_POINT = 5;
    private static final int SNAPSHOTS = 31;
    private static final long POINT_MS = SAMPLE_MS * SAMPLES_OF_A_POINT;
    private static final long MINUTE_MS = 60_000;
    private static final List<Metric> GAUGES = List.of(Metric.CONNECTIONS, Metric.SESSIONS, Metric.ROOMS);
    private static final List<String> DERIVED = List.of("publishP99Ms", "heapUsed");

    private final NodeFacts facts;
    private final Supplier<MeterValues> values;
    private final LongSupplier cpuNanos;
    private final LongSupplier clock;
    private final long startedAt;
    private final RecentSnapshots recent;
    private final History history = new History(
            POINTS,
            Stream.of(GAUGES.stream().map(Metric::id), Stream.of(Total.values()).map(Total::id), DERIVED.stream())
                    .flatMap(each -> each)
                    .toList());
    private int samples;
    private volatile NodeLoad load;

    /** @param values reads the metrics of the node */
    public NodeStatistics(NodeFacts facts, Supplier<MeterValues> values, LongSupplier clock) {
        this(facts, values, NodeProcess::cpuNanos, clock);
    }

    NodeStatistics(NodeFacts facts, Supplier<MeterValues> values, LongSupplier cpuNanos, LongSupplier clock) {
        this.facts = facts;
        this.values = values;
        this.cpuNanos = cpuNanos;
        this.clock = clock;
        this.startedAt = clock.getAsLong();
        MeterValues first = values.get();
        this.recent = new RecentSnapshots(SNAPSHOTS, Snapshot.of(startedAt, cpuNanos.getAsLong(), first));
        this.load = NodeLoad.of(facts.state().get(), 0, first, recent.last(POINT_MS));
    }

    /** Takes the counts, and every {@value #SAMPLES_OF_A_POINT} times a point of the history. */
    public void sample() {
        MeterValues now = values.get();
        recent.add(Snapshot.of(clock.getAsLong(), cpuNanos.getAsLong(), now));
        load = NodeLoad.of(facts.state().get(), Math.max(0, clock.getAsLong() - startedAt), now, recent.last(POINT_MS));
        samples++;
        if (samples % SAMPLES_OF_A_POINT == 0) {
            history.add(clock.getAsLong(), point(now, recent.last(POINT_MS)));
        }
    }

    /** What this node had to do when the last sample was taken. Any thread may ask. */
    public NodeLoad load() {
        return load;
    }

    /** @param after only points of the history behind this time */
    public Map<String, Object> report(long after) {
        return report(facts.nodes().get(), after);
    }

    /** The report with the load of each node, as far as it answers, and their sums. Never fails. */
    public Future<Map<String, Object>> report(long after, NodeLoads loads) {
        List<NodeView> nodes = facts.nodes().get();
        return loads.of(nodes).map(known -> {
            ClusterLoad cluster = new ClusterLoad(nodes, known);
            Map<String, Object> fields = report(nodes, after);
            fields.put("nodes", nodes.stream().map(cluster::fields).toList());
            fields.put("totals", cluster.totals());
            return fields;
        });
    }

    private Map<String, Object> report(List<NodeView> nodes, long after) {
        return new StatisticsReport(facts, values.get(), recent.last(POINT_MS), recent.last(MINUTE_MS))
                .fields(nodes, startedAt, clock.getAsLong(), POINT_MS, history.after(after));
    }

    private static List<Double> point(MeterValues now, Span span) {
        return Stream.of(
                        GAUGES.stream().map(now::sum),
                        Stream.of(Total.values()).map(span::rate),
                        Stream.of(span.p99(Snapshot::publish), NodeMemory.heapUsed()))
                .flatMap(each -> each)
                .map(StatisticsReport::rounded)
                .toList();
    }
}

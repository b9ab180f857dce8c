package dev.portcullis.admin.node;

import dev.portcullis.admin.node.NodeFacts.NodeState;
import dev.portcullis.admin.node.RecentSnapshots.Span;
import dev.portcullis.admin.node.Snapshot.Total;
import dev.portcullis.audit.metrics.MeterValues;
import dev.portcullis.audit.metrics.Metric;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a node has to do, for the other nodes. It has counts and no rates, so that those of all nodes can be added.
 *
 * @param windowMs over which frames, messages, deliveries, refusals and the use of processors were counted
 * @param cpuPermille of all processors that this process may use
 * @param lagMicros of the worst event loop
 * @param bufferedBytes that wait, in and out
 * @param outboxBytes of these, those that wait for slow readers
 */
public record NodeLoad(
        NodeState state,
        long uptimeMs,
        long connections,
        long anonymous,
        long sessions,
        long rooms,
        long windowMs,
        long frames,
        long messages,
        long deliveries,
        long refusals,
        long cpuPermille,
        long lagMicros,
        long heapUsed,
        long heapMax,
        long bufferedBytes,
        long bufferedLimit,
        long outboxBytes) {

    static NodeLoad of(NodeState state, long uptimeMs, MeterValues now, Span span) {
        return new NodeLoad(
                state,
                uptimeMs,
                gauge(now, Metric.CONNECTIONS),
                gauge(now, Metric.UNAUTHENTICATED_CONNECTIONS),
                gauge(now, Metric.SESSIONS),
                gauge(now, Metric.ROOMS),
                span.millis(),
                (long) span.added(Total.FRAMES),
                (long) span.added(Total.MESSAGES),
                (long) span.added(Total.DELIVERIES),
                (long) span.added(Total.REFUSALS),
                span.cpuPermille(Runtime.getRuntime().availableProcessors()),
                Math.round(now.sum(Metric.EVENT_LOOP_LAG_SECONDS) * 1e6),
                (long) NodeMemory.heapUsed(),
                NodeMemory.heapMax(),
                gauge(now, Metric.BUFFERED_BYTES),
                gauge(now, Metric.BUFFERED_BYTES_LIMIT),
                gauge(now, Metric.OUTBOX_BYTES));
    }

    double rate(long count) {
        return windowMs > 0 ? StatisticsReport.rounded(count * 1_000.0 / windowMs) : 0;
    }

    /** In the form of the contract. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("state", state.id());
        fields.put("uptimeMs", uptimeMs);
        fields.put("connections", connections);
        fields.put("anonymous", anonymous);
        fields.put("sessions", sessions);
        fields.put("rooms", rooms);
        fields.put("frames", rate(frames));
        fields.put("messages", rate(messages));
        fields.put("deliveries", rate(deliveries));
        fields.put("refusals", rate(refusals));
        fields.put("cpu", cpuPermille / 1_000.0);
        fields.put("eventLoopLagMs", StatisticsReport.rounded(lagMicros / 1_000.0));
        fields.put("heapUsed", heapUsed);
        fields.put("heapMax", heapMax);
        fields.put("buffered", bufferedBytes);
        fields.put("bufferedLimit", bufferedLimit);
        fields.put("outboxBytes", outboxBytes);
        return fields;
    }

    private static long gauge(MeterValues now, Metric metric) {
        return (long) now.sum(metric);
    }
}

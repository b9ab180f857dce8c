package dev.portcullis.audit.metrics;

import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/** Counts the traffic of a node's connections, and the limits that it exceeds. Used by all threads of the node. */
public final class Traffic {
    private static final String NO_ACTION = "none";

    private final MeterRegistry registry;
    private final ObjLongConsumer<Metric> counts;
    private final Map<Limit, LongAdder> limits = new ConcurrentHashMap<>();

    /** The labels of an exceeded limit, of closed sets, so that the number of counters is bounded. */
    private record Limit(Scope scope, Window window, Optional<ClientAction> action) {}

    /** @param counts adds to a counter */
    Traffic(MeterRegistry registry, ObjLongConsumer<Metric> counts) {
        this.registry = registry;
        this.counts = counts;
        counter(new Limit(Scope.USER, Window.BURST, Optional.empty())); // a metric is there before it first counts
    }

    /** A frame of a client. */
    public void received(int bytes) {
        counts.accept(Metric.RECEIVED_BYTES, bytes);
    }

    /** One frame was handed to as many connections. */
    public void delivered(int connections, int bytes) {
        counts.accept(Metric.DELIVERIES, connections);
        counts.accept(Metric.DELIVERED_BYTES, (long) connections * bytes);
    }

    /** A limit refused this, if it was read so far. */
    public void limited(Limited limit, Optional<ClientAction> action) {
        counter(new Limit(limit.scope(), limit.window(), action)).increment();
    }

    private LongAdder counter(Limit limit) {
        return limits.computeIfAbsent(
                limit,
                each -> Metric.LIMITED.counter(
                        registry,
                        each.scope().id(),
                        each.window().id(),
                        each.action().map(ClientAction::id).orElse(NO_ACTION)));
    }
}

package dev.portcullis.http.outgoing;

import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;

/**
 * Counts outgoing calls, and shows the circuit breaker of each service that has one, also of those that this node does not use. One
 * instance for each node.
 */
public final class OutgoingMetrics {
    private final ObjLongConsumer<OutgoingService> calls;
    private final EnumCounters<OutgoingService> failures;
    private final Map<OutgoingService, Breaker> breakers = new EnumMap<>(OutgoingService.class);

    /** The breaker of one service; closed as long as the node does not use the service. */
    private static final class Breaker {
        private volatile Supplier<Pass> position = () -> Pass.CLOSED;
    }

    public OutgoingMetrics(Metrics metrics) {
        this.calls = metrics.timers(Metric.OUTGOING, OutgoingService.class, OutgoingService::id);
        this.failures = metrics.counters(Metric.OUTGOING_FAILURES, OutgoingService.class, OutgoingService::id);
        for (OutgoingService service : OutgoingService.values()) {
            if (service.hasBreaker()) {
                Breaker breaker = new Breaker();
                breakers.put(service, breaker);
                metrics.measure(Metric.BREAKER_STATE, service.id(), () -> number(breaker.position.get()));
            }
        }
    }

    /** Counts nothing, where no registry is read. */
    public static OutgoingMetrics uncounted() {
        return new OutgoingMetrics(Metrics.uncounted());
    }

    /** @param position the worst of the service's circuit breakers; called by the thread that reads the metrics */
    public void watch(OutgoingService service, Supplier<Pass> position) {
        Objects.requireNonNull(breakers.get(service)).position = position;
    }

    /** A call ended, with an answer or without one, this long after it began. */
    void completed(OutgoingService service, long nanos) {
        calls.accept(service, nanos);
    }

    /** A call brought no answer that could be used, or was not made: the service failed, or the bounds of this node. */
    void failed(OutgoingService service) {
        failures.add(service);
    }

    private static int number(Pass position) {
        return switch (position) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        };
    }
}

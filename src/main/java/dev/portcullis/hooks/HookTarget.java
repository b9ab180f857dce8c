package dev.portcullis.hooks;

import dev.portcullis.hooks.outbox.StoredEvent;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The target that events are delivered to. */
public interface HookTarget extends AutoCloseable {
    /**
     * All of them, in this order, or none that is known of. Ends within a time; a failed future is a bug.
     *
     * @param withinMs how long it may take, if that is shorter than {@link #deadlineMs}
     * @param othersTaken whether other events are taken meanwhile, so that a failure says nothing about the application
     */
    Future<Delivery> deliver(List<StoredEvent> events, long withinMs, BooleanSupplier othersTaken);

    /** How its circuit breaker would let a delivery pass. */
    default CircuitBreaker.Pass position() {
        return CircuitBreaker.Pass.CLOSED;
    }

    long deadlineMs();

    @Override
    void close();
}

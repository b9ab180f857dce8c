package dev.portcullis.audit;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Takes audit events and passes them to a sink, with repeated refusals put together. One instance for each node, used
 * by all its threads; its owner calls {@link #flush} each second.
 */
public final class Audit {
    private final RefusalAggregator aggregator;
    private final Consumer<AuditEvent> sink;
    private final Consumer<EventName> counter;

    /** @param sink takes events after repeats were put together; called on all threads, so it must not block */
    public Audit(AuditConfig config, LongSupplier millis, Consumer<AuditEvent> sink) {
        this(config, millis, sink, name -> {});
    }

    /** @param counter counts each event, also one that is put together with others; called on any thread */
    public Audit(AuditConfig config, LongSupplier millis, Consumer<AuditEvent> sink, Consumer<EventName> counter) {
        this.aggregator = new RefusalAggregator(config, millis);
        this.sink = sink;
        this.counter = counter;
    }

    public void event(AuditEvent event) {
        counter.accept(event.name());
        aggregator.admit(event).ifPresent(this::write);
    }

    /** Writes the counts of refusals whose window has ended. */
    public void flush() {
        aggregator.due().forEach(this::write);
    }

    /** Writes all pending counts when the node stops. */
    public void close() {
        aggregator.remaining().forEach(this::write);
    }

    private void write(AuditEvent event) {
        sink.accept(event.withRequestId());
    }
}

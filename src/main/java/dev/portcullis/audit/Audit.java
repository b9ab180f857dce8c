package dev.portcullis.audit;

import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes audit events to the log. One instance for each node, used by all its threads; its owner calls {@link #flush}
 * each second.
 */
public final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

    private final RefusalAggregator aggregator;

    public Audit(AuditConfig config, LongSupplier millis) {
        this.aggregator = new RefusalAggregator(config, millis);
    }

    public void event(AuditEvent event) {
        aggregator.admit(event).ifPresent(Audit::write);
    }

    /** Writes the counts of refusals whose window has ended. */
    public void flush() {
        aggregator.due().forEach(Audit::write);
    }

    /** Writes all pending counts when the node stops. */
    public void close() {
        aggregator.remaining().forEach(Audit::write);
    }

    private static void write(AuditEvent event) {
        LoggingEventBuilder line = LOG.atLevel(event.name().level())
                .addKeyValue("event", event.name().id());
        for (Map.Entry<AuditField, Object> field :
                event.withRequestId().fields().entrySet()) {
            line = line.addKeyValue(field.getKey().id(), field.getValue());
        }
        line.log(event.name().sentence());
    }
}

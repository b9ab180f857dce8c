package dev.portcullis.app.node;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.AuditLog;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.Pseudonymiser;
import dev.portcullis.audit.chain.AuditHeadStore;
import dev.portcullis.audit.chain.AuditTrail;
import dev.portcullis.audit.chain.EventQueue;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.config.text.RootCause;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The audit of a node: events go to the log and to the audit file. */
record NodeAudit(Audit audit, AuditTrail trail) implements AutoCloseable {

    static NodeAudit open(NodeConfig config, String name, Metrics metrics, LongSupplier clock) throws StartupException {
        AuditTrail trail = openTrail(config, name, metrics, clock);
        Consumer<AuditEvent> both = event -> {
            AuditLog.write(event);
            trail.write(event);
        };
        EnumCounters<EventName> events = metrics.counters(Metric.AUDIT_EVENTS, EventName.class, EventName::id);
        return new NodeAudit(
                new Audit(config.audit(), clock, Pseudonymiser.before(both, config.pseudonymSecret()), events::add),
                trail);
    }

    private static AuditTrail openTrail(NodeConfig config, String name, Metrics metrics, LongSupplier clock)
            throws StartupException {
        EnumCounters<EventQueue.Kind> dropped =
                metrics.counters(Metric.AUDIT_DROPPED, EventQueue.Kind.class, EventQueue.Kind::id);
        try {
            AuditTrail trail =
                    AuditTrail.open(config.auditFile(), NodeName.machine(config.nodeName()), name, clock, dropped::add);
            metrics.measure(Metric.AUDIT_QUEUED, trail::queued);
            metrics.measure(Metric.AUDIT_UNANCHORED_LINES, trail::unanchored);
            return trail;
        } catch (IOException failure) {
            throw new StartupException(failure.getMessage() + "; correct that, or set another audit.file.path");
        }
    }

    /** Call it once the store is there, which knows where the chain ended. */
    void start(Vertx vertx, AuditHeadStore heads, Metrics metrics) throws Exception {
        try {
            trail.start(vertx, heads, () -> metrics.count(Metric.AUDIT_GAPS));
        } catch (IOException failure) {
            throw new StartupException("the audit file can't be written: " + RootCause.of(failure));
        }
    }

    @Override
    public void close() throws IOException, TimeoutException {
        audit.close();
        trail.close();
    }
}

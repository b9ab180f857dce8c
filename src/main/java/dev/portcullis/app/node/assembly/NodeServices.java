package dev.portcullis.app.node.assembly;

import dev.portcullis.app.node.live.LiveSettings;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.chain.AuditTrail;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.audit.tracing.Tracing;
import dev.portcullis.bus.Bus;
import dev.portcullis.cluster.ClusterVerticle;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/**
 * The services that all stages of a node use.
 *
 * @param cluster empty if the node is in no cluster
 * @param tracing empty if nothing is traced
 * @param mayHaveWaited whether a write that was read at this time may have waited
 */
public record NodeServices(
        Vertx vertx,
        Bus bus,
        Optional<ClusterVerticle> cluster,
        WorkerPool workers,
        LiveSettings live,
        MetricsRegistry metricsRegistry,
        Metrics metrics,
        Optional<Tracing> tracing,
        OutgoingMetrics outgoing,
        Audit audit,
        AuditTrail trail,
        LongSupplier clock,
        LongPredicate mayHaveWaited) {}

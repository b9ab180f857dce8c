package dev.portcullis.app.node;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.audit.tracing.Tracing;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.Cluster;
import dev.portcullis.edge.tcp.AcceptTransport;
import dev.portcullis.edge.tcp.FileDescriptors;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Builds the Vert.x of a node, which joins its cluster if it has one. */
final class NodeVertx {
    private NodeVertx() {}

    static Future<Vertx> open(
            NodeConfig config, Optional<Cluster> cluster, MetricsRegistry registry, Optional<Tracing> tracing)
            throws StartupException {
        if (config.runs(Stage.EDGE)) {
            DescriptorCheck.judge(FileDescriptors.ofProcess());
        }
        Transport transport = AcceptTransport.over(AcceptTransport.fastest(), cluster.flatMap(Cluster::acceptHandler));
        VertxBuilder builder =
                Vertx.builder().withMetrics(registry.vertxMetrics()).withTransport(transport);
        tracing.ifPresent(traces -> builder.withTracer(traces.vertxTracer()));
        return cluster.map(joined -> joined.build(builder, options(registry))
                        .recover(failure -> Future.failedFuture(StartupException.ofListener(
                                config.busListener(), failure, "cluster.host", "cluster.bus.port"))))
                .orElseGet(() ->
                        Future.succeededFuture(builder.with(options(registry)).build()));
    }

    /**
     * As many event loops as cores: stages on one loop call each other without waking a thread. A loop that is blocked
     * for a second is logged; with less, class loading during a start on a busy machine would be logged too.
     */
    private static VertxOptions options(MetricsRegistry registry) {
        return new VertxOptions()
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setMaxEventLoopExecuteTime(1)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS)
                .setMetricsOptions(registry.vertxOptions());
    }
}

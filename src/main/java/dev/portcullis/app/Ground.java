package dev.portcullis.app;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.Meters;
import dev.portcullis.audit.NodeMetrics;
import dev.portcullis.bus.Bus;
import dev.portcullis.cluster.ClusterVerticle;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What all stages of a node stand on.
 *
 * @param place in the cluster, where there is one
 */
record Ground(
        Vertx vertx,
        Bus bus,
        Storage storage,
        Optional<ClusterVerticle> place,
        NodeMetrics metrics,
        Meters meters,
        Audit audit,
        LongSupplier clock) {}

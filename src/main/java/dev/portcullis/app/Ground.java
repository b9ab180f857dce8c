package dev.portcullis.app;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.Meters;
import dev.portcullis.audit.NodeMetrics;
import dev.portcullis.bus.Bus;
import io.vertx.core.Vertx;
import java.util.function.LongSupplier;

/** What all stages of a node stand on. */
record Ground(
        Vertx vertx, Bus bus, Storage storage, NodeMetrics metrics, Meters meters, Audit audit, LongSupplier clock) {}

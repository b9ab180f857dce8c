package dev.portcullis.app;

import dev.portcullis.audit.Audit;
import dev.portcullis.store.EmbeddedStore;
import dev.portcullis.streams.EmbeddedStreamStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node does by the clock: looks whether the store commits, deletes what is too old, closes the audit's windows. */
final class Upkeep extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long FLUSH_MS = 1_000;
    private static final long PROBE_MS = 500;

    private final EmbeddedStore store;
    private final EmbeddedStreamStore streams;
    private final Audit audit;
    private boolean sweeping;

    Upkeep(EmbeddedStore store, EmbeddedStreamStore streams, Audit audit) {
        this.store = store;
        this.streams = streams;
        this.audit = audit;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(FLUSH_MS, any -> audit.flush());
        vertx.setPeriodic(PROBE_MS, any -> store.probe()); // what comes of it shows in the store's health
        vertx.setPeriodic(TimeUnit.MINUTES.toMillis(5), any -> sweep());
        return Future.succeededFuture();
    }

    private void sweep() {
        if (sweeping) {
            return;
        }
        sweeping = true;
        streams.sweep().onComplete(done -> sweeping = false, broken -> {
            sweeping = false;
            LOG.warn("what is too old could not be deleted; it is tried again");
        });
    }
}

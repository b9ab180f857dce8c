package dev.portcullis.app.node;

import dev.portcullis.app.node.store.Stores;
import dev.portcullis.audit.Audit;
import dev.portcullis.resilience.TimersInStep;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The periodic work of a node: checks that the store commits, deletes expired data, and flushes the audit. */
final class MaintenanceVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MaintenanceVerticle.class);
    private static final long FLUSH_MS = 1_000;
    private static final long PROBE_MS = 500;

    private final Stores stores;
    private final Audit audit;
    private boolean sweeping;

    MaintenanceVerticle(Stores stores, Audit audit) {
        this.stores = stores;
        this.audit = audit;
    }

    @Override
    public Future<?> start() {
        TimersInStep.every(vertx, FLUSH_MS, any -> audit.flush());
        TimersInStep.every(vertx, PROBE_MS, any -> stores.probe());
        vertx.setPeriodic(TimeUnit.MINUTES.toMillis(5), any -> sweep());
        vertx.setPeriodic(TimeUnit.DAYS.toMillis(1), any -> renewLog());
        return Future.succeededFuture();
    }

    private void sweep() {
        if (sweeping) {
            return;
        }
        sweeping = true;
        stores.sweep().onComplete(done -> sweeping = false, failure -> {
            sweeping = false;
            LOG.atWarn()
                    .addKeyValue("event", "store.sweep.failed")
                    .log("expired data could not be deleted; the next sweep tries again");
        });
    }

    private void renewLog() {
        stores.renewLog()
                .onFailure(failure -> LOG.atWarn()
                        .addKeyValue("event", "store.log.kept")
                        .log("the store's log could not be renewed; tomorrow it is tried again"));
    }
}

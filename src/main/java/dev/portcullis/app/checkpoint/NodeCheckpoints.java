package dev.portcullis.app.checkpoint;

import dev.portcullis.admin.NodeControl.Checkpoints;
import dev.portcullis.app.checkpoint.BackupStore.LastBackup;
import dev.portcullis.app.checkpoint.CheckpointMaker.Made;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoint of a node that runs. There is one at most, and its program keeps it by asking again and again: else what it pins
 * on the disk would grow while the store goes on (CWE-770). Used on the event loop of the operators' listener, but for
 * {@link #open}.
 */
public final class NodeCheckpoints implements Checkpoints {
    /** How long a checkpoint is there after its program was heard last. */
    public static final long KEPT_MS = 60_000;

    private static final Logger LOG = LoggerFactory.getLogger(NodeCheckpoints.class);
    private static final long LOOK_MS = 5_000;

    /** One thread makes and removes them, one after the other. */
    private static final WorkerPool.Config ONE_THREAD = new WorkerPool.Config(1, 16, 600_000);

    private final Vertx vertx;
    private final CheckpointMaker maker;
    private final BackupStore backups;
    private final Audit audit;
    private final WorkerPool thread;
    private final long keptMs;
    private volatile LastBackup last = LastBackup.NONE;
    private Optional<Held> held = Optional.empty();
    private boolean busy;

    /** @param heardAt nanoseconds */
    private record Held(Made made, long startedAt, long heardAt) {}

    public NodeCheckpoints(
            Vertx vertx, CheckpointMaker maker, BackupStore backups, Audit audit, Metrics metrics, long keptMs) {
        this.vertx = vertx;
        this.maker = maker;
        this.backups = backups;
        this.audit = audit;
        this.keptMs = keptMs;
        this.thread = new WorkerPool(vertx, "checkpoint", ONE_THREAD, () -> metrics.count(Metric.WORKERS_REFUSED));
    }

    /** Tells that the store was restored, if it was, and removes what a former process left. Call it once. */
    public Future<Void> open() {
        thread.run(this::removeAll).onFailure(NodeCheckpoints::warnOfLeftovers);
        return backups.last()
                .onSuccess(found -> found.ifPresent(known -> last = known))
                .compose(any -> backups.takeRestored())
                .onSuccess(found -> found.ifPresent(restored -> audit.event(AuditEvent.of(EventName.STORE_RESTORED)
                        .detail("back to " + Instant.ofEpochMilli(restored.from())))))
                .mapEmpty();
    }

    /** The last backup, as far as it is known; both numbers are 0 if there was none. */
    public LastBackup last() {
        return last;
    }

    public void close() {
        thread.close();
    }

    @Override
    public Future<Result<Checkpoint, HttpRefusal>> make() {
        if (busy || held.isPresent()) {
            return Future.succeededFuture(Result.refused(HttpRefusal.CONFLICT));
        }
        busy = true;
        String id = CheckpointMaker.newId();
        long startedAt = System.nanoTime();
        return thread.run(() -> maker.make(id))
                .onComplete(any -> busy = false)
                .onFailure(failure -> discard(id))
                .map(result -> result.<Result<Checkpoint, HttpRefusal>>fold(
                        made -> hold(made, startedAt), notRun -> Result.refused(HttpRefusal.UNAVAILABLE)));
    }

    @Override
    public boolean keep(String id) {
        Optional<Held> kept = found(id).map(known -> new Held(known.made, known.startedAt, System.nanoTime()));
        kept.ifPresent(next -> held = Optional.of(next));
        return kept.isPresent();
    }

    @Override
    public Future<Boolean> end(String id, boolean copied) {
        Optional<Held> ended = found(id);
        if (ended.isEmpty()) {
            return Future.succeededFuture(false);
        }
        held = Optional.empty();
        discard(id);
        return copied ? remember(ended.get()).map(true) : Future.succeededFuture(true);
    }

    private Optional<Held> found(String id) {
        return held.filter(known -> known.made.id().equals(id));
    }

    private Result<Checkpoint, HttpRefusal> hold(Made made, long startedAt) {
        held = Optional.of(new Held(made, startedAt, System.nanoTime()));
        vertx.setTimer(Math.min(keptMs, LOOK_MS), any -> look(made.id()));
        return Result.done(new Checkpoint(made.id(), made.at().toString(), made.files(), made.tookMs(), keptMs));
    }

    /** The program that copies may have ended without a word. */
    private void look(String id) {
        Optional<Held> known = found(id);
        if (known.isEmpty()) {
            return;
        }
        long silentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - known.get().heardAt);
        if (silentMs < keptMs) {
            vertx.setTimer(Math.min(keptMs, LOOK_MS), any -> look(id));
            return;
        }
        held = Optional.empty();
        discard(id);
        LOG.atWarn()
                .addKeyValue("event", "checkpoint.abandoned")
                .log("the program that copied a checkpoint was not heard any more; it is removed");
    }

    private Future<Void> remember(Held copied) {
        LastBackup made = new LastBackup(
                copied.made.at().toEpochMilli(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - copied.startedAt));
        last = made;
        return backups.made(made);
    }

    private void discard(String id) {
        thread.run(() -> {
                    maker.folders().remove(id);
                    return id;
                })
                .onFailure(NodeCheckpoints::warnOfLeftovers);
    }

    private CheckpointFolders removeAll() throws IOException {
        maker.folders().removeAll();
        return maker.folders();
    }

    private static void warnOfLeftovers(Throwable failure) {
        LOG.atWarn()
                .addKeyValue("event", "checkpoint.left")
                .setCause(failure)
                .log("a checkpoint could not be removed; the next start tries again");
    }
}

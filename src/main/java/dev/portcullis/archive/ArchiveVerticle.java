package dev.portcullis.archive;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.resilience.TimersInStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.holds.HoldStore;
import dev.portcullis.streams.unarchived.ArchiveSource;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** Feeds the archive, round by round. There is one for each node that runs the stage broadcast. */
public final class ArchiveVerticle extends VerticleBase {
    private static final long PAUSE_MS = 500;

    /** How long a node rests after a round, in terms of what the round took: what comes meanwhile is fed together. */
    private static final int REST = 4;

    private static final long LONGEST_REST_MS = 5_000;
    private static final long LONGEST_PAUSE_MS = 10_000;
    private static final long SWEEP_MS = 10_000;

    private final ArchiveStore archive;
    private final ArchiveHealth health;
    private final ArchiveFeeder feeder;
    private final HoldStore holds;
    private final HoldRelease release;
    private final FileHandover files;
    private final RetentionSweep retention;
    private final WaitingDeletions deletions;
    private final ArchiveBacklog backlog;
    private final Metrics metrics;
    private long pause = PAUSE_MS;
    private boolean stopped;
    private Future<?> round = Future.succeededFuture();
    private Future<?> look = Future.succeededFuture();

    /**
     * @param rows the rows of the store
     * @param retention what is kept of streams for which nothing was set
     * @param names some of the streams that have entries, behind one of them; none at the end
     * @param isOwn the lanes that this node should feed
     */
    public ArchiveVerticle(
            ArchiveStore archive,
            ArchiveSource streams,
            RowStore rows,
            WindowEntries windows,
            Supplier<RetentionConfig> retention,
            Function<Optional<StreamName>, Future<List<StreamName>>> names,
            ArchiveBacklog backlog,
            ArchiveHealth health,
            String node,
            IntPredicate isOwn,
            Metrics metrics) {
        this.archive = archive;
        this.backlog = backlog;
        this.deletions = new WaitingDeletions(streams, rows);
        this.health = health;
        this.metrics = metrics;
        this.holds = new HoldStore(rows);
        this.release = new HoldRelease(archive, holds);
        this.files = new FileHandover(archive, rows);
        this.retention = new RetentionSweep(archive, streams, holds, retention);
        this.feeder = new ArchiveFeeder(
                new ArchiveFeeder.Source(rows, streams, windows, retention, names),
                archive,
                backlog,
                node,
                isOwn,
                (entries, missing) -> {
                    metrics.count(Metric.ARCHIVE_ENTRIES, entries);
                    metrics.count(Metric.ARCHIVE_ENTRIES_MISSING, missing);
                });
    }

    @Override
    public Future<?> start() {
        next(1);
        if (backlog.loses()) {
            noteDeletions();
        }
        TimersInStep.every(vertx, PAUSE_MS, any -> {
            if (health.isAway() && look.isComplete()) { // a round may wait long for an archive that does not answer
                look = feeder.look();
            }
        });
        vertx.setPeriodic(SWEEP_MS, any -> {
            archive.sweep(holds).onSuccess(removed -> metrics.count(Metric.ARCHIVE_SWEPT, removed));
            retention
                    .run()
                    .onSuccess(removed -> metrics.count(Metric.ARCHIVE_EXPIRED, removed))
                    .onComplete(done -> handOverFiles());
            release.run() // what fails is done by a later run
                    .transform(released -> archive.heldBytes())
                    .onSuccess(health::holds);
        });
        return Future.succeededFuture();
    }

    /** Ends the round that runs: what was added is confirmed, so that nothing is read again later. */
    @Override
    public Future<?> stop() {
        stopped = true;
        feeder.stop();
        return round.otherwiseEmpty();
    }

    /** Before this is done, nothing that waits is lost, however much that is. */
    private void noteDeletions() {
        deletions
                .note()
                .onComplete(
                        done -> backlog.deletionsNoted(),
                        failure -> vertx.setTimer(PAUSE_MS, any -> {
                            if (!stopped) {
                                noteDeletions();
                            }
                        }));
    }

    /** Goes on at once while there are more. What fails is done by a later run. */
    private void handOverFiles() {
        files.run().onSuccess(more -> {
            if (more && !stopped) {
                vertx.setTimer(1, any -> handOverFiles());
            }
        });
    }

    private void next(long millis) {
        TimersInStep.after(vertx, millis, any -> {
            if (!stopped) {
                round = run();
            }
        });
    }

    private static long rest(long took) {
        return Math.max(PAUSE_MS, Math.min(LONGEST_REST_MS, REST * took));
    }

    private Future<?> run() {
        long begun = System.nanoTime();
        return feeder.ask()
                .onFailure(away -> {
                    health.reached(false);
                    retention.forgetApplied();
                })
                .compose(any -> {
                    health.reached(!feeder.isRefused());
                    return feeder.round().onComplete(done -> health.reached(!feeder.isRefused()));
                })
                .onSuccess(more -> {
                    if (!more) {
                        health.caughtUp();
                    }
                    pause = PAUSE_MS;
                    next(more ? 1 : rest(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)));
                })
                .onFailure(failure -> {
                    next(pause);
                    pause = Math.min(LONGEST_PAUSE_MS, 2 * pause);
                });
    }
}

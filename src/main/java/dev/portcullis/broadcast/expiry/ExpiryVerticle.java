package dev.portcullis.broadcast.expiry;

import dev.portcullis.archive.LostDeletions;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.StreamWindows;
import dev.portcullis.broadcast.expiry.ExpirySweeper.SweepListener;
import dev.portcullis.resilience.TimersInStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.holds.HoldStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/**
 * Deletes messages whose time is over, and ends the files of messages that were removed, round by round. There is one for each node that
 * runs the stage broadcast.
 */
public final class ExpiryVerticle extends VerticleBase {
    private static final long PAUSE_MS = 500;
    private static final long LONGEST_PAUSE_MS = 10_000;

    /** The lanes of other nodes are looked at in one of so many rounds. */
    private static final int ROUNDS_OF_ALL = 10;

    private final ExpirySweeper sweeper;
    private final Optional<LostDeletions> lost;
    private final IntPredicate isOwn;
    private final Metrics metrics;
    private final AtomicLong waited = new AtomicLong();
    private long pause = PAUSE_MS;
    private int rounds;
    private boolean stopped;
    private Future<?> round = Future.succeededFuture();

    /**
     * @param rows the rows of the store
     * @param sent the files that messages name
     * @param lost deletes messages once more whose deletion an archive has lost; empty where there is none
     * @param isOwn the lanes that this node sweeps
     */
    public ExpiryVerticle(
            RowStore rows,
            SentFiles sent,
            Optional<LostDeletions> lost,
            StreamStore streams,
            StreamWindows windows,
            FanOut fanOut,
            IntPredicate isOwn,
            Metrics metrics,
            LongSupplier clock) {
        this.lost = lost;
        this.isOwn = isOwn;
        this.metrics = metrics;
        RemovedFileSweeper files =
                new RemovedFileSweeper(rows, sent, new HoldStore(rows), () -> metrics.count(Metric.FILES_REMOVED, 1));
        this.sweeper =
                new ExpirySweeper(rows, streams, new ExpiryPolicy(windows, clock), files, isOwn, new SweepListener() {
                    @Override
                    public void deleted(StreamEntry deletion) {
                        metrics.count(Metric.MESSAGES_EXPIRED, 1);
                        fanOut.send(deletion);
                    }

                    @Override
                    public void waited(long ms) {
                        waited.set(ms);
                    }

                    @Override
                    public Future<Void> rest(long ms) {
                        return ExpiryVerticle.this.rest(ms);
                    }
                });
    }

    /** Makes the first round: a node that was off deletes what is over before it takes clients. */
    @Override
    public Future<?> start() {
        metrics.measure(Metric.MESSAGES_OVERDUE_SECONDS, () -> TimeUnit.MILLISECONDS.toSeconds(waited.get()));
        round = run();
        return round.otherwiseEmpty();
    }

    /** Ends the round that runs. */
    @Override
    public Future<?> stop() {
        stopped = true;
        return round.otherwiseEmpty();
    }

    private void next(long millis) {
        TimersInStep.after(vertx, millis, any -> {
            if (!stopped) {
                round = run();
            }
        });
    }

    private Future<?> run() {
        boolean all = rounds++ % ROUNDS_OF_ALL == 0;
        return sweeper.round(all)
                .compose(done -> (all ? deleteLost() : Future.<Void>succeededFuture()).map(done))
                .onSuccess(done -> {
                    pause = done.failed() ? longer(pause) : PAUSE_MS;
                    next(done.more() ? 1 : pause);
                })
                .onFailure(failure -> {
                    pause = longer(pause);
                    next(pause);
                });
    }

    /** What fails is done by a later round. */
    private Future<Void> deleteLost() {
        return lost.map(each -> each.run(isOwn).otherwiseEmpty()).orElse(Future.succeededFuture());
    }

    /** A start does not rest: clients wait for it. Where the verticle was stopped meanwhile, the round breaks off. */
    private Future<Void> rest(long ms) {
        if (rounds == 1) {
            return Future.succeededFuture();
        }
        return vertx.timer(ms, TimeUnit.MILLISECONDS)
                .compose(any -> stopped ? Future.failedFuture("stopped") : Future.succeededFuture());
    }

    private static long longer(long pause) {
        return Math.min(LONGEST_PAUSE_MS, 2 * pause);
    }
}

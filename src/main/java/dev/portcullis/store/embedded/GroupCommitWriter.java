package dev.portcullis.store.embedded;

import dev.portcullis.config.text.RootCause;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.RocksEngine.CommitSink;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only thread that writes. It does not wait for more steps: those that arrived during the last commit form the next
 * group.
 */
final class GroupCommitWriter {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitWriter.class);
    private static final int GROUP = 256;
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_MS = TimeUnit.SECONDS.toMillis(10);

    private final RocksDB db;
    private final RowCache committed;
    private final CommitSink sink;
    private final boolean fsync;
    private final FatalErrorHandler fatal;
    private final BlockingQueue<WriteStep<?>> queue;
    private final Thread thread;
    private volatile boolean open = true;
    private volatile boolean ended;
    private volatile boolean committing = true;
    private volatile boolean busy;
    private volatile long busySince;

    GroupCommitWriter(RocksDB db, Reader committed, CommitSink sink, StoreConfig config, FatalErrorHandler fatal) {
        this.db = db;
        this.committed = new RowCache(committed);
        this.sink = sink;
        this.fsync = config.fsync();
        this.fatal = fatal;
        this.queue = new ArrayBlockingQueue<>(config.waiting());
        this.thread = new Thread(this::run, "store-write");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    <T> Future<T> submit(WriteStep<T> step) {
        if (!open) {
            return Future.failedFuture(closed());
        }
        if (!queue.offer(step)) {
            return Future.failedFuture(new StoreFailure("too many writes are waiting"));
        }
        if (ended && queue.remove(step)) { // added after the thread read the queue for the last time
            return Future.failedFuture(closed());
        }
        return step.future();
    }

    /** Whether the writer commits. A disk that hangs counts as failed. */
    boolean healthy() {
        boolean stalled = busy && System.nanoTime() - busySince > STALLED_NANOS;
        return open && !ended && committing && !stalled;
    }

    /** Finishes the waiting steps. Returns whether the thread has ended, so that the engine may be closed. */
    boolean close() {
        open = false;
        queue.offer(WriteStep.probe()); // wakes the thread and syncs the log; with a full queue the thread is awake
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void run() {
        List<WriteStep<?>> group = new ArrayList<>(GROUP);
        try {
            while (open || !queue.isEmpty()) {
                group.add(queue.take());
                queue.drainTo(group, GROUP - 1);
                commit(group);
                group.clear();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error error) { // no step of the current group was acknowledged
            fatal.onFatal(error);
        } finally {
            ended = true;
            queue.drainTo(group);
            CallerContexts.complete(group, closed());
        }
    }

    private void commit(List<WriteStep<?>> group) {
        busySince = System.nanoTime();
        busy = true;
        StagedWrites writes = new StagedWrites();
        group.forEach(step -> step.stage(committed, writes));
        boolean withProbe = group.stream().anyMatch(WriteStep::isProbe);
        @Nullable StoreFailure failure = null;
        if (withProbe || !writes.isEmpty()) {
            failure = write(writes, withProbe);
            committing = failure == null;
            if (committing) {
                committed.committed(writes);
            } else {
                committed.forget();
            }
        }
        busy = false;
        CallerContexts.complete(group, failure);
    }

    private @Nullable StoreFailure write(StagedWrites writes, boolean withProbe) {
        if (fatal.hasOccurred()) {
            return new StoreFailure("the disk failed");
        }
        writes.beginCommit();
        try (WriteBatch batch = new WriteBatch()) {
            writes.copyTo(batch, db);
            if (writes.isEmpty()) {
                batch.putLogData(new byte[1]); // is written to the log and to no table
            }
            sink.commit(batch, fsync || withProbe);
            return null;
        } catch (RocksDBException | RuntimeException failure) {
            String cause = failure instanceof RocksDBException
                    ? RootCause.of(failure)
                    : failure.getClass().getSimpleName(); // its message might quote written data (CWE-532)
            if (failure instanceof RocksDBException refused && !FailureCause.isFullDisk(refused)) {
                fatal.onDiskFailure(db.getName(), cause);
            } else if (committing) { // once for each outage
                LOG.atError()
                        .addKeyValue("event", "store.commit.failed")
                        .addKeyValue("folder", db.getName())
                        .addKeyValue("cause", cause)
                        .log("the store can't commit");
            }
            return new StoreFailure("commit failed: " + cause);
        } finally {
            writes.endCommit();
        }
    }

    private static StoreFailure closed() {
        return new StoreFailure("the store is closed");
    }
}

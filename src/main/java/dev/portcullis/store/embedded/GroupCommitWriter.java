package dev.portcullis.store.embedded;

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

/** The only thread that writes. Waiting for company gains nothing: what came during the last commit is company enough. */
final class GroupCommitWriter {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitWriter.class);
    private static final int GROUP = 256;
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_MS = TimeUnit.SECONDS.toMillis(10);

    private final RocksDB db;
    private final Reader committed;
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
        this.committed = committed;
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
        if (ended && queue.remove(step)) { // it slipped in behind the last look into the queue
            return Future.failedFuture(closed());
        }
        return step.future();
    }

    /** A disk that hangs is as bad as one that refuses. */
    boolean healthy() {
        boolean stalled = busy && System.nanoTime() - busySince > STALLED_NANOS;
        return open && !ended && committing && !stalled;
    }

    /** Finishes what waits. Returns whether the thread has ended, so that the engine may be closed. */
    boolean close() {
        open = false;
        queue.offer(
                WriteStep
                        .probe()); // wakes the thread, and leaves nothing unsynced; where the queue is full it is awake
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
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error lost) { // nothing of the group in hand was acknowledged
            fatal.onFatal(lost);
        } finally {
            ended = true;
            queue.drainTo(group);
            CallerContexts.answer(group, closed());
        }
    }

    private void commit(List<WriteStep<?>> group) {
        busySince = System.nanoTime();
        busy = true;
        StagedWrites writes = new StagedWrites();
        group.forEach(step -> step.stage(committed, writes));
        boolean probing = group.stream().anyMatch(WriteStep::probing);
        @Nullable StoreFailure failure = null;
        if (probing || !writes.isEmpty()) {
            failure = write(writes, probing);
            committing = failure == null;
        }
        busy = false;
        CallerContexts.answer(group, failure);
    }

    private @Nullable StoreFailure write(StagedWrites writes, boolean probing) {
        try (WriteBatch batch = new WriteBatch()) {
            writes.copyTo(batch, db);
            if (writes.isEmpty()) {
                batch.putLogData(new byte[1]); // reaches the log on the disk and no table
            }
            sink.commit(batch, fsync || probing);
            return null;
        } catch (RocksDBException | RuntimeException broken) {
            String cause = broken instanceof RocksDBException
                    ? FailureCause.of(broken)
                    : broken.getClass().getSimpleName(); // its words might repeat what was written (CWE-532)
            if (committing) { // once for each outage, however many groups it fails
                LOG.atError()
                        .addKeyValue("event", "store.commit.failed")
                        .addKeyValue("folder", db.getName())
                        .addKeyValue("cause", cause)
                        .log("the store can't commit");
            }
            return new StoreFailure("commit failed: " + cause);
        }
    }

    private static StoreFailure closed() {
        return new StoreFailure("the store is closed");
    }
}

package dev.portcullis.store.embedded;

import dev.portcullis.store.StoreTimer;
import dev.portcullis.store.StoreTimer.Operation;
import dev.portcullis.store.embedded.MemoryReader.NotInMemory;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;

/**
 * Runs queries of a few rows on the event loops of their callers. The change to a reader's thread and back costs several times as much
 * as such a query. A query that would wait for the disk, or read much, is left to the threads.
 */
final class InlineReads implements AutoCloseable {
    /** Deleted rows that a scan may pass between two others. */
    private static final int MOST_SKIPPED = 64;

    /**
     * Of so many reads of an event loop one completes in a later task of it. A caller that reads on from the result of each read would
     * otherwise take all of the stack, and keep the loop from its other work.
     */
    private static final int TURN = 16;

    private static final long END_SECONDS = 5;

    private final RocksDB db;
    private final StoreTimer timer;
    private final FatalErrorHandler fatalErrors;
    private final ReadOptions inMemory =
            new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER).setMaxSkippableInternalKeys(MOST_SKIPPED);
    private final StampedLock use = new StampedLock(); // reads share it, and the end takes it for good
    private final ThreadLocal<int[]> reads = ThreadLocal.withInitial(() -> new int[1]);

    InlineReads(RocksDB db, StoreTimer timer, FatalErrorHandler fatalErrors) {
        this.db = db;
        this.timer = timer;
        this.fatalErrors = fatalErrors;
    }

    /** The result of the query; empty if it has to run on a thread that may wait. */
    <T> Optional<Future<T>> read(Function<Reader, T> query) {
        Context context = Vertx.currentContext();
        if (context == null || !Context.isOnEventLoopThread()) {
            return Optional.empty();
        }
        long stamp = use.tryReadLock();
        if (stamp == 0) {
            return Optional.empty();
        }
        long startedAt = System.nanoTime();
        Future<T> result;
        try {
            result = result(query);
        } catch (NotInMemory waits) {
            return Optional.empty();
        } finally {
            use.unlockRead(stamp);
        }
        timer.record(Operation.INLINE, System.nanoTime() - startedAt);
        return Optional.of(inTurn(context, result));
    }

    private <T> Future<T> result(Function<Reader, T> query) {
        try {
            return Future.succeededFuture(query.apply(new MemoryReader(db, inMemory)));
        } catch (NotInMemory waits) {
            throw waits;
        } catch (RuntimeException failure) {
            return Future.failedFuture(failure);
        } catch (Error fatal) {
            fatalErrors.onFatal(fatal);
            return Future.failedFuture(fatal);
        }
    }

    private <T> Future<T> inTurn(Context context, Future<T> result) {
        int[] count = reads.get();
        count[0]++;
        if (count[0] % TURN > 0) {
            return result;
        }
        Promise<T> later = Promise.promise();
        CallerContexts.run(context, () -> result.onComplete(later));
        return later.future();
    }

    /** Lets no further read begin. Returns whether those that had begun have ended, so that the engine may be closed. */
    boolean end() {
        try {
            return use.tryWriteLock(END_SECONDS, TimeUnit.SECONDS) != 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        inMemory.close();
    }
}

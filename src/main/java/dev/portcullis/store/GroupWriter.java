package dev.portcullis.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** The only thread that writes. Waiting for company gains nothing: what came during the last commit is company enough. */
final class GroupWriter implements AutoCloseable {
    private static final int GROUP = 256;

    private final RocksDB db;
    private final Reader committed;
    private final WriteOptions options;
    private final BlockingQueue<Step<?>> queue;
    private final Thread thread;
    private volatile boolean open = true;
    private volatile boolean healthy = true;

    GroupWriter(RocksDB db, Reader committed, StoreConfig config) {
        this.db = db;
        this.committed = committed;
        this.options = new WriteOptions().setSync(config.fsync());
        this.queue = new ArrayBlockingQueue<>(config.waiting());
        this.thread = new Thread(this::run, "store-write");
        thread.start();
    }

    <T> Future<T> submit(Function<Batch, T> work) {
        return enqueue(new Step<>(work, null, Vertx.currentContext()));
    }

    Future<Void> submitAlone(Alone work) {
        return enqueue(new Step<Void>(null, work, Vertx.currentContext()));
    }

    boolean healthy() {
        return healthy && open;
    }

    /** Finishes what waits. */
    @Override
    public void close() {
        open = false;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        options.close();
    }

    static void on(@Nullable Context context, Runnable task) {
        if (context == null) {
            task.run();
        } else {
            context.runOnContext(any -> task.run());
        }
    }

    private <T> Future<T> enqueue(Step<T> step) {
        if (!open || !queue.offer(step)) {
            return Future.failedFuture(new StoreFailure(open ? "too many writes are waiting" : "the store is closed"));
        }
        return step.promise.future();
    }

    private void run() {
        List<Step<?>> group = new ArrayList<>(GROUP);
        while (open || !queue.isEmpty()) {
            try {
                Step<?> first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    group.add(first);
                    queue.drainTo(group, GROUP - 1);
                    commit(group);
                    group.clear();
                }
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    private void commit(List<Step<?>> group) {
        List<Step<?>> together = new ArrayList<>(group.size());
        for (Step<?> step : group) {
            if (step.alone == null) {
                together.add(step);
            } else {
                commitTogether(together);
                together.clear();
                runAlone(step, step.alone);
            }
        }
        commitTogether(together);
    }

    private void commitTogether(List<Step<?>> steps) {
        if (steps.isEmpty()) {
            return;
        }
        Map<StagedBatch.Place, Optional<byte[]>> writes = new LinkedHashMap<>();
        steps.forEach(step -> step.stage(committed, writes));
        @Nullable RuntimeException failure = null;
        try {
            if (!writes.isEmpty()) {
                write(writes);
            }
            healthy = true;
        } catch (RocksDBException broken) {
            healthy = false;
            failure = new StoreFailure("commit failed");
        }
        answer(steps, failure);
    }

    private void write(Map<StagedBatch.Place, Optional<byte[]>> writes) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (Map.Entry<StagedBatch.Place, Optional<byte[]>> each : writes.entrySet()) {
                StagedBatch.Place place = each.getKey();
                if (each.getValue().isPresent()) {
                    batch.put(
                            place.table().handle(), place.key(), each.getValue().get());
                } else {
                    batch.delete(place.table().handle(), place.key());
                }
            }
            db.write(options, batch);
        }
    }

    private void runAlone(Step<?> step, Alone work) {
        @Nullable RuntimeException failure = null;
        try {
            work.run();
        } catch (RocksDBException | RuntimeException broken) {
            failure = new StoreFailure("maintenance failed");
        }
        answer(List.of(step), failure);
    }

    /** One hop for all steps of one context, so that what was committed together is also carried on together. */
    private static void answer(List<Step<?>> steps, @Nullable RuntimeException failure) {
        Map<@Nullable Context, List<Step<?>>> byContext = new HashMap<>();
        for (Step<?> step : steps) {
            byContext.computeIfAbsent(step.context, any -> new ArrayList<>()).add(step);
        }
        byContext.forEach((context, own) -> on(context, () -> own.forEach(step -> step.answer(failure))));
    }

    /** Work that must have the engine to itself. */
    interface Alone {
        void run() throws RocksDBException;
    }

    private static final class Step<T> {
        private final @Nullable Function<Batch, T> work;
        private final @Nullable Alone alone;
        private final @Nullable Context context;
        private final Promise<T> promise = Promise.promise();
        private @Nullable T result;
        private @Nullable RuntimeException thrown;

        Step(@Nullable Function<Batch, T> work, @Nullable Alone alone, @Nullable Context context) {
            this.work = work;
            this.alone = alone;
            this.context = context;
        }

        void stage(Reader committed, Map<StagedBatch.Place, Optional<byte[]>> writes) {
            StagedBatch batch = new StagedBatch(committed, writes);
            try {
                result = java.util.Objects.requireNonNull(work).apply(batch);
                batch.join();
            } catch (RuntimeException refused) {
                thrown = refused;
            }
        }

        @SuppressWarnings("NullAway") // a Void result is null
        void answer(@Nullable RuntimeException failure) {
            if (thrown != null) {
                promise.fail(thrown);
            } else if (failure != null) {
                promise.fail(failure);
            } else {
                promise.complete(result);
            }
        }
    }
}

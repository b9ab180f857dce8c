package dev.portcullis.resilience;

import dev.portcullis.config.Section;
import dev.portcullis.resilience.WorkResult.NotRun;
import dev.portcullis.resilience.WorkResult.NotRun.Why;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs slow work off the event loops, on a fixed number of threads behind a queue of fixed length. Vert.x's own worker
 * pool has a queue without bound, and cluster look-ups wait in it. Work that can't start in time is dropped unrun: its
 * caller has given up by then (CWE-770). Used by all threads.
 */
public final class WorkerPool implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final Vertx vertx;
    private final long maxWaitMs;
    private final Runnable onNotRun;
    private final ThreadPoolExecutor threads;

    /**
     * @param threads as many pieces of work run at a time
     * @param queue as many pieces of work wait
     * @param maxWaitMs how long each may wait
     */
    public record Config(int threads, int queue, long maxWaitMs) {
        public static final Config STANDARD = new Config(2, 256, 2_000);

        public static Config read(Section workers) {
            return new Config(
                    workers.integer(
                            "threads",
                            STANDARD.threads,
                            1,
                            64,
                            "threads for slow work, such as the text of all metrics"),
                    workers.integer(
                            "queue",
                            STANDARD.queue,
                            1,
                            10_000,
                            "pieces of work that wait for a thread; more are refused"),
                    workers.millis(
                            "maxWaitMs",
                            STANDARD.maxWaitMs,
                            100,
                            60_000,
                            "how long work waits for a thread before it is dropped"));
        }
    }

    /**
     * @param name begins the names of its threads
     * @param onNotRun called for each piece of work that was refused or dropped, on any thread
     */
    public WorkerPool(Vertx vertx, String name, Config config, Runnable onNotRun) {
        this.vertx = vertx;
        this.maxWaitMs = config.maxWaitMs();
        this.onNotRun = onNotRun;
        AtomicInteger created = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                config.threads(),
                config.threads(),
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(config.queue()),
                work -> {
                    Thread thread = new Thread(work, name + "-" + created.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Completes on the caller's context. Fails only with what the work throws. */
    public <T> Future<WorkResult<T>> run(Callable<T> work) {
        Task<T> task = new Task<>(work, vertx.getOrCreateContext());
        try {
            threads.execute(task);
        } catch (RejectedExecutionException refused) {
            onNotRun.run();
            return Future.succeededFuture(new NotRun<>(threads.isShutdown() ? Why.CLOSED : Why.FULL));
        }
        long timer = vertx.setTimer(maxWaitMs, any -> drop(task));
        return task.promise.future().onComplete(any -> vertx.cancelTimer(timer));
    }

    /** Pieces of work that wait for a thread. */
    public int queued() {
        return threads.getQueue().size();
    }

    /** Drops what waits, and interrupts what runs. */
    @Override
    public void close() {
        for (Runnable waiting : threads.shutdownNow()) {
            ((Task<?>) waiting).drop(Why.CLOSED);
        }
    }

    private void drop(Task<?> task) {
        if (task.drop(Why.LATE)) {
            threads.remove(task); // else it would fill the queue until a thread is free
            onNotRun.run();
        }
    }

    /** One piece of work: it either runs or is dropped. */
    private static final class Task<T> implements Runnable {
        private final Callable<T> work;
        private final Context context;
        private final Promise<WorkResult<T>> promise = Promise.promise();
        private final AtomicBoolean taken = new AtomicBoolean();

        private Task(Callable<T> work, Context context) {
            this.work = work;
            this.context = context;
        }

        @Override
        public void run() {
            if (!taken.compareAndSet(false, true)) {
                return;
            }
            try {
                T value = work.call();
                context.runOnContext(any -> promise.complete(new WorkResult.Done<>(value)));
            } catch (Exception failure) {
                context.runOnContext(any -> promise.fail(failure));
            } catch (Error failure) {
                context.runOnContext(any -> promise.fail(failure));
                throw failure; // so that running out of memory ends the process
            }
        }

        private boolean drop(Why why) {
            if (!taken.compareAndSet(false, true)) {
                return false;
            }
            context.runOnContext(any -> promise.complete(new NotRun<>(why)));
            return true;
        }
    }
}

package dev.portcullis.resilience;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.Result;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
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
    private static final int MEAN_OF = 8;

    private final Vertx vertx;
    private final Config config;
    private final Runnable onNotRun;
    private final boolean even;
    private final ThreadPoolExecutor threads;
    private final SharedLine<Task<?>> waiting;
    /** Threads that have work. Guarded by {@link #waiting}, as that is. */
    private int busy;
    /** How long the last pieces of work took, on average. Guarded likewise. */
    private double meanMs;

    /** Why work that was handed to a {@link WorkerPool} did not run, and will not. */
    public enum NotRun {
        /** Too much other work was waiting. */
        FULL,
        /** No thread was free in time. */
        LATE,
        /** The node stops. */
        CLOSED
    }

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
        this(vertx, name, config, onNotRun, List.of(1), false);
    }

    /**
     * @param shares of each rank of work in the queue and in the turns, the first rank first
     * @param even whether all pieces of work take about as long: then what would be dropped in the end is refused at once
     */
    public WorkerPool(Vertx vertx, String name, Config config, Runnable onNotRun, List<Integer> shares, boolean even) {
        this.vertx = vertx;
        this.config = config;
        this.onNotRun = onNotRun;
        this.even = even;
        this.waiting = new SharedLine<>(config.queue(), shares);
        AtomicInteger created = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                config.threads(),
                config.threads(),
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), // of as many as there are threads, which may be a moment from idle
                work -> {
                    Thread thread = new Thread(work, name + "-" + created.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Completes on the caller's context. Fails only with what the work throws. */
    public <T> Future<Result<T, NotRun>> run(Callable<T> work) {
        return run(0, 0, work);
    }

    /**
     * @param rank the rank whose share of the queue and of the turns the work uses
     * @param level within the rank: the higher ones go first
     */
    public <T> Future<Result<T, NotRun>> run(int rank, int level, Callable<T> work) {
        Task<T> task = new Task<>(work, vertx.getOrCreateContext());
        place(rank, level, task).ifPresent(each -> drop(each, threads.isShutdown() ? NotRun.CLOSED : NotRun.FULL));
        Future<Result<T, NotRun>> result = task.promise.future();
        if (!result.isComplete()) {
            long timer = vertx.setTimer(config.maxWaitMs(), any -> drop(task, NotRun.LATE));
            result.onComplete(any -> vertx.cancelTimer(timer));
        }
        return result;
    }

    /** Pieces of work that wait for a thread. */
    public int queued() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    /** The lowest level of a rank at which work would get its turn now; this one at the most. */
    public int levelWithTurn(int rank, int most) {
        synchronized (waiting) {
            int level = 0;
            while (level < most && busy == config.threads() && !hasTurn(rank, level)) {
                level++;
            }
            return level;
        }
    }

    /** Drops what waits, and interrupts what runs. */
    @Override
    public void close() {
        List<Task<?>> left;
        synchronized (waiting) {
            left = new ArrayList<>(waiting.clear());
            threads.shutdownNow().forEach(each -> left.add((Task<?>) each));
        }
        left.forEach(each -> each.drop(NotRun.CLOSED));
    }

    /** Returns what has no place: nothing, this, or what waited in its place. */
    private Optional<Task<?>> place(int rank, int level, Task<?> task) {
        synchronized (waiting) {
            if (threads.isShutdown()) {
                return Optional.of(task);
            }
            if (busy == config.threads()) {
                return isInTime(rank, level) ? waiting.add(rank, level, task) : Optional.of(task);
            }
            busy++;
            threads.execute(task);
            return Optional.empty();
        }
    }

    private boolean hasTurn(int rank, int level) {
        return isInTime(rank, level) && waiting.hasPlace(rank, level);
    }

    private boolean isInTime(int rank, int level) {
        return !even || (waiting.ahead(rank, level) + 1) * meanMs / config.threads() <= config.maxWaitMs();
    }

    private void drop(Task<?> task, NotRun why) {
        if (task.drop(why)) {
            synchronized (waiting) {
                waiting.remove(task); // else it would fill the queue until a thread is free
            }
            onNotRun.run();
        }
    }

    private void goOn(long tookNanos) {
        synchronized (waiting) {
            double ms = tookNanos / 1e6;
            meanMs = meanMs == 0 ? ms : meanMs + (ms - meanMs) / MEAN_OF;
            Optional<Task<?>> next = threads.isShutdown() ? Optional.empty() : waiting.next();
            next.ifPresentOrElse(threads::execute, () -> busy--);
        }
    }

    /** One piece of work: it either runs or is dropped. */
    private final class Task<T> implements Runnable {
        private final Callable<T> work;
        private final Context context;
        private final Promise<Result<T, NotRun>> promise = Promise.promise();
        private final AtomicBoolean taken = new AtomicBoolean();

        private Task(Callable<T> work, Context context) {
            this.work = work;
            this.context = context;
        }

        @Override
        public void run() {
            long begun = System.nanoTime();
            try {
                if (taken.compareAndSet(false, true)) {
                    call();
                }
            } finally {
                goOn(System.nanoTime() - begun);
            }
        }

        private void call() {
            try {
                T value = work.call();
                context.runOnContext(any -> promise.complete(Result.done(value)));
            } catch (Exception failure) {
                context.runOnContext(any -> promise.fail(failure));
            } catch (Error failure) {
                context.runOnContext(any -> promise.fail(failure));
                throw failure; // so that running out of memory ends the process
            }
        }

        private boolean drop(NotRun why) {
            if (!taken.compareAndSet(false, true)) {
                return false;
            }
            context.runOnContext(any -> promise.complete(Result.refused(why)));
            return true;
        }
    }
}

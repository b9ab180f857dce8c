package dev.portcullis.store.embedded;

import dev.portcullis.config.text.RootCause;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.StoreTimer;
import dev.portcullis.store.StoreTimer.Operation;
import dev.portcullis.store.embedded.RocksEngine.CommitSink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A crash-safe store in a folder that one process uses. One thread does all writes, and commits together the steps that
 * queued during the last commit. A write's future completes after its commit, on the caller's context. Reads run in
 * parallel and see only what was committed.
 */
public final class EmbeddedStore implements TableSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);

    private static final int READERS = 2;
    private static final int BACKGROUND_READERS = 1;
    private static final int COLD_READERS = 2;
    private static final int SEARCHERS = 1;

    private final StoreFolder folder;
    private final RocksEngine engine;
    private final SnapshotReader latest;
    private final StoreTimer timer;
    private final FatalErrorHandler fatalErrors;
    private final GroupCommitWriter writer;
    private final InlineReads inline;
    private final ThreadPoolExecutor readers;
    private final ThreadPoolExecutor background;
    private final ThreadPoolExecutor cold;
    private final ThreadPoolExecutor searcher;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedStore(
            StoreFolder folder,
            RocksEngine engine,
            CommitSink sink,
            StoreConfig config,
            StoreTimer timer,
            StoreEnd end) {
        this.folder = folder;
        this.engine = engine;
        this.timer = timer;
        this.fatalErrors = new FatalErrorHandler(end);
        this.latest = SnapshotReader.latest(engine.db());
        this.writer = new GroupCommitWriter(engine.db(), latest, timed(sink), config, fatalErrors);
        this.inline = new InlineReads(engine.db(), timer, fatalErrors);
        this.readers = threads(READERS, config, "store-read");
        this.background = threads(BACKGROUND_READERS, config, "store-background");
        this.cold = threads(COLD_READERS, config, "store-cold");
        this.searcher = threads(SEARCHERS, config, "store-search");
    }

    /** Opens the folder that the configuration names, or a temporary one that {@link #close()} deletes. */
    public static EmbeddedStore open(StoreConfig config, StoreTimer timer) throws StoreOpenException {
        return open(config, timer, StoreEnd.NONE);
    }

    /** @param end the end of the process if the store can't go on */
    public static EmbeddedStore open(StoreConfig config, StoreTimer timer, StoreEnd end) throws StoreOpenException {
        return open(StoreFolder.of(config.path()), config, sink -> sink, timer, end);
    }

    public static EmbeddedStore open(Path folder, StoreConfig config) throws StoreOpenException {
        return open(StoreFolder.existing(folder), config, sink -> sink, (operation, nanos) -> {}, StoreEnd.NONE);
    }

    static EmbeddedStore open(
            StoreFolder folder, StoreConfig config, UnaryOperator<CommitSink> wrap, StoreTimer timer, StoreEnd end)
            throws StoreOpenException {
        boolean open = false;
        try {
            loadEngine();
            RocksEngine engine = new RocksEngine(folder.path(), config);
            EmbeddedStore store = new EmbeddedStore(folder, engine, wrap.apply(engine::commit), config, timer, end);
            store.writer.start();
            open = true;
            return store;
        } catch (RocksDBException failure) {
            throw new StoreOpenException(explain(folder.path(), RootCause.of(failure)));
        } finally {
            if (!open) {
                folder.release();
            }
        }
    }

    /** The folder of the store. Others may have folders of their own in it, none of whose files is a file of the store. */
    public Path folder() {
        return folder.path();
    }

    /** The table of this name, created if absent. Call it during the start: it blocks. */
    @Override
    public Table table(String name) {
        return engine.table(name);
    }

    /**
     * The table of this name for rows that are written once and are not often read, created if absent. Its reads have threads and a
     * cache of their own: see {@link #readCold}. Call it during the start: it blocks.
     */
    public Table coldTable(String name) {
        return engine.coldTable(name);
    }

    /**
     * Runs {@code step} in order with all others; fails with a {@link StoreFailure}, or with the exception of the step.
     */
    public <T> Future<T> write(Function<Batch, T> step) {
        return writer.submit(WriteStep.of(step));
    }

    /** Deletes all rows of a table, after the steps already waiting. */
    @SuppressWarnings("NullAway") // a Void result is null
    public Future<Void> empty(Table table) {
        return write(batch -> {
            batch.empty(table);
            return null;
        });
    }

    /** Runs {@code query} on a snapshot of the store, on a thread that may block. */
    public <T> Future<T> read(Function<Reader, T> query) {
        return run(readers, Operation.READ, () -> query(SnapshotReader.snapshot(engine.db()), query));
    }

    /**
     * Like {@link #read}, for a query of a few rows. It runs on the event loop of the caller, and its future is complete at once, if
     * the engine has these rows in memory; else it runs on a thread that may block, perhaps for a second time. So it must not wait for
     * anything, nor have effects.
     */
    public <T> Future<T> readFew(Function<Reader, T> query) {
        return inline.read(query).orElseGet(() -> read(query));
    }

    /** @param most the most rows that the query reads */
    public <T> Future<T> read(long most, Function<Reader, T> query) {
        return most <= MemoryReader.MOST_ROWS ? readFew(query) : read(query);
    }

    /**
     * Like {@link #read}, on a separate thread for work that no caller waits for, so that it delays neither reads nor
     * writes.
     */
    public <T> Future<T> readInBackground(Function<Reader, T> query) {
        return run(background, Operation.BACKGROUND, () -> query(SnapshotReader.uncached(engine.db()), query));
    }

    /** Like {@link #read}, for cold tables, on separate threads: a disk that has to look for old rows does not delay new ones. */
    public <T> Future<T> readCold(Function<Reader, T> query) {
        return run(cold, Operation.COLD, () -> query(SnapshotReader.snapshot(engine.db()), query));
    }

    /** Runs work that looks at much to find little, on a thread of its own: no reader of rows waits for it (CWE-770). */
    public <T> Future<T> search(Supplier<T> work) {
        return run(searcher, Operation.SEARCH, work);
    }

    /**
     * Makes a copy of the store at one moment, on the background thread: it holds every write that was acknowledged before the
     * call. Reads and writes go on meanwhile. Its large files are links to those of the store, which never change.
     *
     * @param folder does not exist yet, in a folder that does, on the file system of the store
     */
    @SuppressWarnings("NullAway") // a Void result is null
    public Future<Void> checkpoint(Path folder) {
        return run(background, Operation.CHECKPOINT, () -> {
            try {
                engine.checkpoint(folder);
                return null;
            } catch (RocksDBException failure) {
                throw new StoreFailure("the checkpoint failed: " + RootCause.of(failure));
            }
        });
    }

    /**
     * Writes what is in memory to tables, and begins a log without it, on the background thread. What was deleted stays in a log until
     * then, and where little is written no log ever becomes full.
     */
    @SuppressWarnings("NullAway") // a Void result is null
    public Future<Void> renewLog() {
        return run(background, Operation.BACKGROUND, () -> {
            try {
                engine.flush();
                return null;
            } catch (RocksDBException failure) {
                throw new StoreFailure("the log can't be renewed: " + RootCause.of(failure));
            }
        });
    }

    private <T> Future<T> run(ThreadPoolExecutor threads, Operation operation, Supplier<T> work) {
        Promise<T> promise = Promise.promise();
        Context context = Vertx.currentContext();
        long startedAt = System.nanoTime();
        try {
            threads.execute(() -> fatalErrors.guard(() -> {
                Runnable answer = run(work, promise);
                timer.record(operation, System.nanoTime() - startedAt);
                CallerContexts.run(context, answer);
            }));
        } catch (RejectedExecutionException rejected) {
            promise.fail(new StoreFailure(closed.get() ? "the store is closed" : "too many reads are waiting"));
        }
        return promise.future();
    }

    /** Completes when the disk took a write, so that a failing disk shows without other writes. */
    public Future<Void> probe() {
        return writer.submit(WriteStep.probe());
    }

    /** Whether the last commit succeeded, none has hung for a second, and no thread has failed. */
    public boolean healthy() {
        return writer.healthy() && !fatalErrors.hasOccurred();
    }

    /**
     * Finishes the waiting steps. If the disk hangs, the engine stays open: closing it during a call crashes the
     * process.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        readers.shutdown();
        background.shutdown();
        cold.shutdown();
        searcher.shutdown();
        boolean inlineEnded = inline.end();
        if (writer.close() && readersEnded() && inlineEnded) {
            latest.close();
            inline.close();
            engine.close();
            folder.release();
        } else {
            LOG.atWarn()
                    .addKeyValue("event", "store.close.late")
                    .log("the store is still busy; it stays open until the process exits");
        }
    }

    private static <T> T query(SnapshotReader snapshot, Function<Reader, T> query) {
        try (snapshot) {
            return query.apply(snapshot);
        }
    }

    private <T> Runnable run(Supplier<T> work, Promise<T> promise) {
        try {
            T result = work.get();
            return () -> promise.complete(result);
        } catch (RuntimeException failure) {
            return () -> promise.tryFail(failure);
        } catch (Error fatal) {
            fatalErrors.onFatal(fatal);
            return () -> promise.tryFail(fatal);
        }
    }

    private CommitSink timed(CommitSink sink) {
        return (group, synced) -> {
            long startedAt = System.nanoTime();
            try {
                sink.commit(group, synced);
            } finally {
                timer.record(Operation.COMMIT, System.nanoTime() - startedAt);
            }
        };
    }

    private boolean readersEnded() {
        try {
            return readers.awaitTermination(5, TimeUnit.SECONDS)
                    && background.awaitTermination(5, TimeUnit.SECONDS)
                    && cold.awaitTermination(5, TimeUnit.SECONDS)
                    && searcher.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ThreadPoolExecutor threads(int count, StoreConfig config, String name) {
        return new ThreadPoolExecutor(
                count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(config.waiting()), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    private static void loadEngine() throws StoreOpenException {
        try {
            RocksLibrary.load();
        } catch (IOException | RuntimeException | LinkageError failure) {
            throw new StoreOpenException("the embedded store's engine can't be loaded here (" + RootCause.of(failure)
                    + "); it needs Linux on x64 or arm64, and a java.io.tmpdir with room for 20 MB whose files may be"
                    + " executed");
        }
    }

    static String explain(Path folder, String cause) {
        if (cause.startsWith("While lock file") || cause.startsWith("lock hold by")) {
            return "the store " + folder + " is in use by another process; stop that one or set another store.path";
        }
        return "the store " + folder + " can't be opened (" + cause + "); " + FailureCause.remedy(cause);
    }
}

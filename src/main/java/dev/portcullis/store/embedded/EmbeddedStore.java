package dev.portcullis.store.embedded;

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
 * A crash-safe folder of one process. All writes go through one thread, which commits together whatever queued while it
 * wrote the last group; a write's future completes after the commit that holds it, on the caller's context. Reads run
 * beside and see only what was committed.
 */
public final class EmbeddedStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);
    private static final int READERS = 2;
    private static final int IN_BACKGROUND = 1;

    private final StoreFolder folder;
    private final RocksEngine engine;
    private final SnapshotReader newest;
    private final StoreTimer times;
    private final FatalErrorHandler fatality;
    private final GroupCommitWriter writer;
    private final ThreadPoolExecutor readers;
    private final ThreadPoolExecutor background;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedStore(
            StoreFolder folder,
            RocksEngine engine,
            CommitSink sink,
            StoreConfig config,
            StoreTimer times,
            Runnable onFatal) {
        this.folder = folder;
        this.engine = engine;
        this.times = times;
        this.fatality = new FatalErrorHandler(onFatal);
        this.newest = SnapshotReader.newest(engine.db());
        this.writer = new GroupCommitWriter(engine.db(), newest, timed(sink), config, fatality);
        this.readers = threads(READERS, config, "store-read");
        this.background = threads(IN_BACKGROUND, config, "store-background");
    }

    /** Opens the folder that the config names, or a temporary one that {@link #close()} deletes. */
    public static EmbeddedStore open(StoreConfig config, StoreTimer times) throws StoreOpenException {
        return open(config, times, () -> {});
    }

    /**
     * @param onFatal what to do once a thread of the store met an {@link Error} or is lost: nothing that waits for the store
     *     can be promised an answer any more, so the process should end. Called on the thread itself, once
     */
    public static EmbeddedStore open(StoreConfig config, StoreTimer times, Runnable onFatal) throws StoreOpenException {
        return open(StoreFolder.of(config.path()), config, sink -> sink, times, onFatal);
    }

    public static EmbeddedStore open(Path folder, StoreConfig config) throws StoreOpenException {
        return open(StoreFolder.existing(folder), config, sink -> sink);
    }

    static EmbeddedStore open(StoreFolder folder, StoreConfig config, UnaryOperator<CommitSink> wrap)
            throws StoreOpenException {
        return open(folder, config, wrap, (operation, nanos) -> {});
    }

    static EmbeddedStore open(StoreFolder folder, StoreConfig config, UnaryOperator<CommitSink> wrap, StoreTimer times)
            throws StoreOpenException {
        return open(folder, config, wrap, times, () -> {});
    }

    static EmbeddedStore open(
            StoreFolder folder, StoreConfig config, UnaryOperator<CommitSink> wrap, StoreTimer times, Runnable onFatal)
            throws StoreOpenException {
        boolean open = false;
        try {
            loadEngine();
            RocksEngine engine = new RocksEngine(folder.path(), config);
            EmbeddedStore store = new EmbeddedStore(folder, engine, wrap.apply(engine::commit), config, times, onFatal);
            store.writer.start();
            open = true;
            return store;
        } catch (RocksDBException broken) {
            throw new StoreOpenException(explain(folder.path(), FailureCause.of(broken)));
        } finally {
            if (!open) {
                folder.closed();
            }
        }
    }

    /** The table of this name, made if it isn't there. Blocks: call it while starting. */
    public Table table(String name) {
        return engine.table(name);
    }

    /** Runs {@code step} in order with all others; fails with a {@link StoreFailure}, or with what the step threw. */
    public <T> Future<T> write(Function<Batch, T> step) {
        return writer.submit(WriteStep.of(step));
    }

    /** Forgets all of a table at once, after the steps already waiting. */
    @SuppressWarnings("NullAway") // a Void result is null
    public Future<Void> empty(Table table) {
        return write(batch -> {
            batch.empty(table);
            return null;
        });
    }

    /** Runs {@code query} over one moment of the store, on a thread where it may take its time. */
    public <T> Future<T> read(Function<Reader, T> query) {
        return read(readers, Operation.READ, () -> SnapshotReader.ofNow(engine.db()), query);
    }

    /** As {@link #read}, on a thread for what nobody waits for: neither a read nor a write stands behind it. */
    public <T> Future<T> readInBackground(Function<Reader, T> query) {
        return read(background, Operation.BACKGROUND, () -> SnapshotReader.passing(engine.db()), query);
    }

    private <T> Future<T> read(
            ThreadPoolExecutor threads,
            Operation operation,
            Supplier<SnapshotReader> moment,
            Function<Reader, T> query) {
        Promise<T> promise = Promise.promise();
        Context context = Vertx.currentContext();
        long began = System.nanoTime();
        try {
            threads.execute(() -> fatality.guard(() -> {
                Runnable answer = run(moment, query, promise);
                times.record(operation, System.nanoTime() - began);
                CallerContexts.on(context, answer);
            }));
        } catch (RejectedExecutionException refused) {
            promise.fail(new StoreFailure(closed.get() ? "the store is closed" : "too many reads are waiting"));
        }
        return promise.future();
    }

    /** Completes when the disk took a write: whether it could is known without waiting for somebody to need it. */
    public Future<Void> probe() {
        return writer.submit(WriteStep.probe());
    }

    /** Whether the last commit succeeded, none has hung for a second, and every thread is there. */
    public boolean healthy() {
        return writer.healthy() && !fatality.hasOccurred();
    }

    /** Finishes what waits. A disk that hangs leaves the engine open: closing it under a running call ends the process. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        readers.shutdown();
        background.shutdown();
        if (writer.close() && readersEnded()) {
            newest.close();
            engine.close();
            folder.closed();
        } else {
            LOG.atWarn().addKeyValue("event", "store.close.late").log("the store still works; it is left to the exit");
        }
    }

    private <T> Runnable run(Supplier<SnapshotReader> moment, Function<Reader, T> query, Promise<T> promise) {
        try (SnapshotReader reader = moment.get()) {
            T result = query.apply(reader);
            return () -> promise.complete(result);
        } catch (RuntimeException broken) {
            return () -> promise.tryFail(broken);
        } catch (Error fatal) {
            fatality.onFatal(fatal);
            return () -> promise.tryFail(fatal);
        }
    }

    private CommitSink timed(CommitSink sink) {
        return (group, synced) -> {
            long began = System.nanoTime();
            try {
                sink.commit(group, synced);
            } finally {
                times.record(Operation.COMMIT, System.nanoTime() - began);
            }
        };
    }

    private boolean readersEnded() {
        try {
            return readers.awaitTermination(5, TimeUnit.SECONDS) && background.awaitTermination(5, TimeUnit.SECONDS);
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
        } catch (IOException | RuntimeException | LinkageError missing) {
            throw new StoreOpenException("the embedded store's engine can't be loaded here (" + FailureCause.of(missing)
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

package dev.portcullis.archive.embedded;

import dev.portcullis.archive.MessageIndex;
import dev.portcullis.config.text.RootCause;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.LockObtainFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index of an embedded archive, in a folder beside the store. One thread feeds it from the changes that the archive notes.
 * What is lost or damaged is made again from the archive, and meanwhile finds what it has.
 */
final class EmbeddedIndex implements MessageIndex {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedIndex.class);
    private static final Optional<Promise<Void>> NOT_EXPUNGING = Optional.empty();
    private static final long OPEN_SECONDS = 10;
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The longest search. All others wait for it (CWE-770). */
    private static final long SEARCH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The longest wait of a search. Its client waits no longer than for any answer. */
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final EmbeddedStore store;
    private final ArchiveTables tables;
    private final Path folder;
    private final Thread thread = new Thread(this::run, "archive-index");
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Optional<LuceneFolder> opened = Optional.empty();
    private final AtomicReference<Optional<Promise<Void>>> expunging = new AtomicReference<>(NOT_EXPUNGING);
    private volatile long shown = -1;
    private volatile boolean whole;
    private volatile boolean damaged;
    private volatile boolean merged;
    private volatile boolean closed;

    private EmbeddedIndex(EmbeddedStore store, ArchiveTables tables, Path folder) {
        this.store = store;
        this.tables = tables;
        this.folder = folder;
    }

    /** Opens the index. It blocks briefly. */
    static EmbeddedIndex open(EmbeddedStore store, ArchiveTables tables, Path folder) {
        EmbeddedIndex index = new EmbeddedIndex(store, tables, folder);
        tables.unindexed.use(index::wake);
        index.thread.setDaemon(true);
        index.thread.start();
        try {
            if (!index.begun.await(OPEN_SECONDS, TimeUnit.SECONDS)) {
                LOG.atWarn().addKeyValue("event", "archive.index.late").log("the index of messages is not open yet");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return index;
    }

    @Override
    public Future<List<Place>> find(Query query, int most) {
        long asked = System.nanoTime();
        return store.search(() -> {
            long began = System.nanoTime();
            if (began - asked > WAIT_NANOS) {
                throw StoreFailure.notApplied("too many searches of messages wait");
            }
            LuceneFolder index = opened.orElseThrow(() -> new StoreFailure("the index of messages is not open"));
            try {
                return index.find(query, most, () -> System.nanoTime() - began > SEARCH_NANOS);
            } catch (CorruptIndexException failure) {
                damaged = true;
                wake();
                throw failed(failure);
            } catch (IOException | AlreadyClosedException failure) {
                throw failed(failure);
            }
        });
    }

    private static StoreFailure failed(Exception failure) {
        return new StoreFailure("the index of messages failed: " + RootCause.of(failure));
    }

    @Override
    public boolean isWhole() {
        return whole;
    }

    @Override
    public long behindMs() {
        long since = tables.unindexed.waitingSince();
        return since == 0 ? 0 : Math.max(0, System.currentTimeMillis() - since);
    }

    /** Whether searches see all that the archive has. */
    boolean isCurrent() {
        return shown >= tables.unindexed.last();
    }

    /** Whether it waits for a change, and does nothing until then. */
    boolean isIdle() {
        return thread.getState() == Thread.State.WAITING;
    }

    /** The files that have removed documents are rewritten beside the other work. */
    @Override
    public Future<Void> expunge() {
        Promise<Void> done = Promise.promise();
        Optional<LuceneFolder> index = opened;
        if (index.isEmpty() || !expunging.compareAndSet(NOT_EXPUNGING, Optional.of(done))) {
            return Future.failedFuture(new StoreFailure("the index of messages is busy"));
        }
        Thread merging = new Thread(() -> merge(index.get()), "archive-index-merge");
        merging.setDaemon(true);
        merging.start();
        return done.future();
    }

    private void merge(LuceneFolder index) {
        try {
            index.mergeRemoved();
            merged = true;
            wake();
        } catch (IOException | RuntimeException failure) {
            expunged(Optional.of(failed(failure)));
        }
    }

    private void expunged(Optional<StoreFailure> failure) {
        expunging.getAndSet(NOT_EXPUNGING).ifPresent(done -> failure.ifPresentOrElse(done::tryFail, done::tryComplete));
    }

    /** Writes to the disk what the index has, and ends its thread. */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            if (!ended.await(OPEN_SECONDS, TimeUnit.SECONDS)) {
                LOG.atWarn()
                        .addKeyValue("event", "archive.index.late")
                        .log("the index of messages still works; what it lacks is indexed at the next start");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            openAndWork();
        } finally {
            ended.countDown();
        }
    }

    private void openAndWork() {
        while (!closed) {
            try (LuceneFolder index = openFolder()) {
                work(index);
            } catch (IOException | RuntimeException failure) {
                if (isDamage(failure)) {
                    damaged = true;
                }
                LOG.atWarn()
                        .addKeyValue("event", "archive.index.failed")
                        .addKeyValue("cause", RootCause.of(failure))
                        .log("the index of messages failed; it is opened again");
                begun.countDown();
                rest(damaged ? 0 : RETRY_NANOS);
            } finally {
                shown = -1;
                opened = Optional.empty();
                expunged(Optional.of(new StoreFailure("the index of messages was closed")));
            }
        }
    }

    private LuceneFolder openFolder() throws IOException {
        if (damaged) {
            clear();
        }
        try {
            return LuceneFolder.open(folder);
        } catch (LockObtainFailedException busy) {
            throw busy;
        } catch (IOException | IllegalArgumentException unreadable) {
            clear();
            return LuceneFolder.open(folder);
        }
    }

    private void clear() throws IOException {
        LOG.atWarn()
                .addKeyValue("event", "archive.index.made")
                .log("the index of messages is made again from the archive");
        LuceneFolder.clear(folder);
        damaged = false;
    }

    private void work(LuceneFolder index) throws IOException {
        Optional<MessageIndexer> indexer = MessageIndexer.of(store, tables, index);
        if (indexer.isEmpty()) {
            damaged = true;
            return;
        }
        whole = indexer.get().isMade();
        opened = Optional.of(index);
        begun.countDown();
        work(indexer.get());
    }

    private void work(MessageIndexer indexer) throws IOException {
        while (!closed && !damaged) {
            long began = System.nanoTime();
            boolean more = indexer.step();
            whole = indexer.isMade() && (whole || indexer.shown() >= 0);
            shown = indexer.shown();
            if (merged) {
                merged = false;
                indexer.expunged();
                expunged(Optional.empty());
            }
            if (indexer.isIdle()) {
                LockSupport.park(this);
            } else if (!more) {
                rest(IDLE_NANOS); // a change is noted before it can be read
            } else if (!indexer.isMade()) {
                rest(System.nanoTime() - began); // the archive is read no more than half of the time
            }
        }
        if (!damaged) {
            indexer.commit();
        }
    }

    private void rest(long nanos) {
        if (!closed && nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    private void wake() {
        LockSupport.unpark(thread);
    }

    private static boolean isDamage(Throwable failure) {
        Throwable cause = failure;
        while (cause != null) {
            if (cause instanceof CorruptIndexException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}

package dev.portcullis.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * A crash-safe folder of one process. All writes go through one thread, which commits together whatever queued while it
 * wrote the last group; a write's future completes after the commit that holds it. Reads run beside and see only what
 * was committed.
 */
public final class EmbeddedStore implements AutoCloseable {
    private static final int READERS = 2;

    private final RocksDB db;
    private final ColumnFamilyOptions tableOptions;
    private final DBOptions options;
    private final Map<String, Table> tables = new ConcurrentHashMap<>();
    private final GroupWriter writer;
    private final ExecutorService readers;
    private final Reader committed = new Committed();

    private EmbeddedStore(
            RocksDB db,
            DBOptions options,
            ColumnFamilyOptions tableOptions,
            List<ColumnFamilyHandle> handles,
            StoreConfig config)
            throws RocksDBException {
        this.db = db;
        this.options = options;
        this.tableOptions = tableOptions;
        for (ColumnFamilyHandle handle : handles) {
            String name = new String(handle.getName(), StandardCharsets.UTF_8);
            tables.put(name, new Table(name, handle));
        }
        this.writer = new GroupWriter(db, committed, config);
        this.readers = new ThreadPoolExecutor(
                READERS,
                READERS,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(config.waiting()),
                task -> new Thread(task, "store-read"));
    }

    public static EmbeddedStore open(Path folder, StoreConfig config) throws StoreUnopened {
        RocksDB.loadLibrary();
        try {
            Files.createDirectories(folder);
        } catch (IOException refused) {
            throw new StoreUnopened("the store's folder " + folder + " can't be created; choose another store.path");
        }
        DBOptions options =
                new DBOptions().setCreateIfMissing(true).setMaxBackgroundJobs(2).setKeepLogFileNum(2);
        ColumnFamilyOptions tableOptions = new ColumnFamilyOptions()
                .setWriteBufferSize(16L << 20)
                .setCompressionType(CompressionType.LZ4_COMPRESSION);
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (Options listing = new Options()) {
            List<ColumnFamilyDescriptor> known = new ArrayList<>();
            known.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, tableOptions));
            for (byte[] name : RocksDB.listColumnFamilies(listing, folder.toString())) {
                if (!java.util.Arrays.equals(name, RocksDB.DEFAULT_COLUMN_FAMILY)) {
                    known.add(new ColumnFamilyDescriptor(name, tableOptions));
                }
            }
            RocksDB db = RocksDB.open(options, folder.toString(), known, handles);
            return new EmbeddedStore(db, options, tableOptions, handles, config);
        } catch (RocksDBException broken) {
            tableOptions.close();
            options.close();
            throw new StoreUnopened(explain(folder, String.valueOf(broken.getMessage())));
        }
    }

    /** The table of this name, made if it isn't there. Blocks: call it while starting. */
    public synchronized Table table(String name) {
        return tables.computeIfAbsent(name, this::create);
    }

    /** Runs {@code step} in order with all others; fails with a {@link StoreFailure}, or with what the step threw. */
    public <T> Future<T> write(Function<Batch, T> step) {
        return writer.submit(step);
    }

    /** Forgets all of a table at once, after the steps already waiting. */
    public Future<Void> empty(Table table) {
        return writer.submitAlone(() -> {
            ColumnFamilyHandle old = table.handle();
            Table fresh = create(table.name());
            table.replace(fresh.handle());
            db.dropColumnFamily(old);
            old.close();
        });
    }

    public <T> Future<T> read(Function<Reader, T> query) {
        Promise<T> promise = Promise.promise();
        Context context = Vertx.currentContext();
        try {
            readers.execute(() -> {
                try {
                    T result = query.apply(committed);
                    GroupWriter.on(context, () -> promise.complete(result));
                } catch (RuntimeException broken) {
                    GroupWriter.on(context, () -> promise.fail(broken));
                }
            });
        } catch (RejectedExecutionException full) {
            promise.fail(new StoreFailure("too many reads are waiting"));
        }
        return promise.future();
    }

    /** Whether the last commit succeeded and the next one could be tried. */
    public boolean healthy() {
        return writer.healthy();
    }

    @Override
    public void close() {
        writer.close();
        readers.shutdown();
        try {
            if (!readers.awaitTermination(5, TimeUnit.SECONDS)) {
                return; // closing under a running iterator would end the process
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return;
        }
        tables.values().forEach(table -> table.handle().close());
        db.close();
        tableOptions.close();
        options.close();
    }

    private Table create(String name) {
        try {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            return new Table(name, db.createColumnFamily(new ColumnFamilyDescriptor(bytes, tableOptions)));
        } catch (RocksDBException broken) {
            throw new StoreFailure("can't create table " + name);
        }
    }

    private static String explain(Path folder, String cause) {
        if (cause.contains("lock")) {
            return "the store " + folder + " is in use by another process; stop that one or set another store.path";
        }
        return "the store " + folder + " can't be opened ("
                + cause.lines().findFirst().orElse("") + "); restore it from a backup, or move it away to begin anew";
    }

    private final class Committed implements Reader {
        @Override
        public byte @Nullable [] get(Table table, byte[] key) {
            try {
                return db.get(table.handle(), key);
            } catch (RocksDBException broken) {
                throw new StoreFailure("read failed");
            }
        }

        @Override
        public void scan(Table table, byte[] from, byte[] to, Visitor visitor) {
            try (Slice end = new Slice(to);
                    ReadOptions bounds = new ReadOptions().setIterateUpperBound(end);
                    RocksIterator rows = db.newIterator(table.handle(), bounds)) {
                rows.seek(from);
                while (rows.isValid() && visitor.visit(rows.key(), rows.value())) {
                    rows.next();
                }
                rows.status();
            } catch (RocksDBException broken) {
                throw new StoreFailure("scan failed");
            }
        }
    }
}

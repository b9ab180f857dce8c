package dev.portcullis.store.embedded;

import dev.portcullis.config.text.RootCause;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.Env;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.Priority;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB with small bounds, which hold for all tables together. */
final class RocksEngine implements AutoCloseable {
    private static final long BUFFER_BYTES = 16L << 20;
    private static final long ALL_BUFFERS_BYTES = 64L << 20;
    private static final long LOG_BYTES = 64L << 20; // a restart replays at most this much
    private static final int OPEN_FILES = 256;

    /**
     * Enough for each table to have a compaction into the last level that waits (decision 107), and for those that keep the number
     * of its young files small. With fewer jobs than tables the latter would wait too, and RocksDB hold up writes. Each priority
     * has one thread, whatever their number.
     */
    private static final int BACKGROUND_JOBS = 96;

    /**
     * One shard, since an index block of a large table does not fit into RocksDB's default shards of 512 KB: each read would load
     * it again.
     */
    private static final int ONE_SHARD = 0;

    private static final double INDEX_SHARE = 0.5;
    private static final int INDEX_PART_BYTES = 4 << 10;

    /** The beginning of the names of cold tables. It is stored, so a table stays what it was made as. */
    private static final String COLD = "cold.";

    /** Long enough that a text compresses with those beside it, and short enough to be read for one row. */
    private static final int COLD_BLOCK_BYTES = 16 << 10;

    /** The cache of cold tables, as a part of that of the others: reads of old rows must not drive new ones out. */
    private static final int COLD_CACHE_SHARE = 4;

    /** Files above the last level are rewritten at this age, so that what was deleted leaves the disk also where little is written. */
    private static final long REWRITE_SECONDS = TimeUnit.DAYS.toSeconds(1);

    private final List<AbstractNativeReference> settings = new ArrayList<>();
    private final Map<String, Table> tables = new ConcurrentHashMap<>();
    private final WriteOptions synced = tracked(new WriteOptions().setSync(true));
    private final WriteOptions unsynced = tracked(new WriteOptions());
    private final ColumnFamilyOptions tableOptions;
    private final ColumnFamilyOptions coldOptions;
    private final RocksDB db;

    /** Commits a group. It is an interface of its own, so that a test can simulate a full disk. */
    @FunctionalInterface
    interface CommitSink {
        void commit(WriteBatch group, boolean synced) throws RocksDBException;
    }

    /** Opens the engine. The native library must be loaded, see {@link RocksLibrary}. */
    RocksEngine(Path folder, StoreConfig config) throws RocksDBException {
        letLastLevelWait();
        this.tableOptions = tableOptions(config.cacheBytes());
        this.coldOptions = coldOptions(config.cacheBytes() / COLD_CACHE_SHARE);
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try {
            this.db = RocksDB.open(databaseOptions(config.fsync()), folder.toString(), existingTables(folder), handles);
        } catch (RocksDBException failure) {
            closeSettings();
            throw failure;
        }
        Env.getDefault().setBackgroundThreads(1, Priority.LOW).setBackgroundThreads(1, Priority.HIGH);
        for (ColumnFamilyHandle handle : handles) {
            String name = new String(handle.getName(), StandardCharsets.UTF_8);
            tables.put(name, new Table(name, handle));
        }
    }

    RocksDB db() {
        return db;
    }

    Table table(String name) {
        return tables.computeIfAbsent(name, this::create);
    }

    Table coldTable(String name) {
        return table(COLD + name);
    }

    void commit(WriteBatch group, boolean sync) throws RocksDBException {
        db.write(sync ? synced : unsynced, group);
    }

    /** Writes what is in memory to tables, and begins a log without it. */
    void flush() throws RocksDBException {
        try (FlushOptions waiting = new FlushOptions().setWaitForFlush(true)) {
            db.flush(waiting, tables.values().stream().map(Table::handle).toList());
        }
    }

    /** Writes what is in memory to tables, and links all tables into a folder that does not exist yet. */
    void checkpoint(Path folder) throws RocksDBException {
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(folder.toString());
        }
    }

    /** Closes the engine. No thread may still read or write: that would crash the process. */
    @Override
    public void close() {
        tables.values().forEach(table -> table.handle().close());
        db.close();
        closeSettings();
    }

    private Table create(String name) {
        try {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            return new Table(name, db.createColumnFamily(new ColumnFamilyDescriptor(bytes, options(name))));
        } catch (RocksDBException failure) {
            throw new StoreFailure("can't create table " + name + ": " + RootCause.of(failure));
        }
    }

    private List<ColumnFamilyDescriptor> existingTables(Path folder) throws RocksDBException {
        List<ColumnFamilyDescriptor> all = new ArrayList<>();
        all.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, tableOptions));
        try (Options listing = new Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(listing, folder.toString())) {
                if (!Arrays.equals(name, RocksDB.DEFAULT_COLUMN_FAMILY)) {
                    all.add(new ColumnFamilyDescriptor(name, options(new String(name, StandardCharsets.UTF_8))));
                }
            }
        }
        return all;
    }

    /**
     * The options of the database. With fsync, a damaged log prevents the start, since its records were acknowledged; only an
     * incomplete last record is dropped. Without fsync a power failure may leave gaps anywhere, and the log is replayed up to the
     * first one.
     */
    private DBOptions databaseOptions(boolean fsync) {
        return tracked(new DBOptions()
                .setCreateIfMissing(true)
                .setMaxBackgroundJobs(BACKGROUND_JOBS)
                .setMaxOpenFiles(OPEN_FILES)
                .setDbWriteBufferSize(ALL_BUFFERS_BYTES)
                .setMaxTotalWalSize(LOG_BYTES)
                .setWalRecoveryMode(
                        fsync ? WALRecoveryMode.TolerateCorruptedTailRecords : WALRecoveryMode.PointInTimeRecovery)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(1L << 20)
                .setKeepLogFileNum(2));
    }

    /**
     * The options of all tables that are not cold. Indexes and filters are partitioned, so that the cache keeps and evicts their parts like rows,
     * with higher priority than rows: a table of a million streams costs memory only for the parts in use. Files without
     * partitions stay readable.
     */
    private ColumnFamilyOptions tableOptions(long cacheBytes) {
        Cache cache = tracked(new LRUCache(cacheBytes, ONE_SHARD, false, INDEX_SHARE));
        return tracked(new ColumnFamilyOptions()
                .setWriteBufferSize(BUFFER_BYTES)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTtl(REWRITE_SECONDS)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setIndexType(IndexType.kTwoLevelIndexSearch)
                        .setPartitionFilters(true)
                        .setMetadataBlockSize(INDEX_PART_BYTES)
                        .setCacheIndexAndFilterBlocks(true)
                        .setCacheIndexAndFilterBlocksWithHighPriority(true)
                        .setPinTopLevelIndexAndFilter(true)
                        .setPinL0FilterAndIndexBlocksInCache(true)
                        .setFilterPolicy(tracked(new BloomFilter(10)))));
    }

    /**
     * The options of cold tables. Rows are written once, in the order of their keys within each stream, and most are never read
     * again: so the last level, which has nine tenths of them, is compressed well, blocks are larger, and there is no filter, since
     * rows are read in ranges, or are there.
     */
    private ColumnFamilyOptions coldOptions(long cacheBytes) {
        Cache cache = tracked(new LRUCache(cacheBytes, ONE_SHARD, false, INDEX_SHARE));
        return tracked(new ColumnFamilyOptions()
                .setWriteBufferSize(BUFFER_BYTES)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
                .setTtl(REWRITE_SECONDS)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setBlockSize(COLD_BLOCK_BYTES)
                        .setIndexType(IndexType.kTwoLevelIndexSearch)
                        .setMetadataBlockSize(INDEX_PART_BYTES)
                        .setCacheIndexAndFilterBlocks(true)
                        .setCacheIndexAndFilterBlocksWithHighPriority(true)
                        .setPinTopLevelIndexAndFilter(true)));
    }

    private ColumnFamilyOptions options(String name) {
        return name.startsWith(COLD) ? coldOptions : tableOptions;
    }

    /** Before the database is opened, or the first compactions into the last level would take the thread of the others. */
    private static void letLastLevelWait() {
        Env.getDefault().setBackgroundThreads(1, Priority.BOTTOM).lowerThreadPoolCPUPriority(Priority.BOTTOM);
    }

    private <T extends AbstractNativeReference> T tracked(T setting) {
        settings.add(setting);
        return setting;
    }

    private void closeSettings() {
        for (int i = settings.size() - 1; i >= 0; i--) {
            settings.get(i).close();
        }
    }
}

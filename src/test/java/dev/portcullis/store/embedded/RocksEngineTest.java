package dev.portcullis.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.StoreConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.PerfContext;
import org.rocksdb.PerfLevel;
import org.rocksdb.WriteBatch;

class RocksEngineTest {
    private static final long SEED = 42;
    private static final int ROWS = 600_000;
    /**
     * Scatters keys so that files overlap and compaction rewrites them; other files are only moved, and stay in memory.
     */
    private static final long SCATTER = 7_919;

    private static final int READS = 1_000;

    /** The minimum of store.cacheBytes. */
    private static final long SMALL_CACHE = 8L << 20;

    @TempDir
    Path folder;

    /** With shards smaller than a file's filter, the cache would load 750 KB for each read. */
    @Test
    void read_from_a_large_table_loads_no_whole_index_or_filter() throws Exception {
        RocksLibrary.load();
        StoreConfig config = new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 16, SMALL_CACHE);
        try (RocksEngine engine = new RocksEngine(folder, config)) {
            Table table = engine.table("things");
            fill(engine, table);
            engine.db().compactRange(table.handle()); // files of the first level are pinned in the cache
            assertThat(bytesRead(engine, table)).isPositive().isLessThan(READS * 16_000L);
        }
    }

    private static void fill(RocksEngine engine, Table table) throws Exception {
        for (int from = 0; from < ROWS; from += 10_000) {
            try (WriteBatch batch = new WriteBatch()) {
                for (int i = from; i < from + 10_000; i++) {
                    batch.put(table.handle(), key((int) (i * SCATTER % ROWS)), new byte[] {1});
                }
                engine.commit(batch, false);
            }
        }
    }

    /** The bytes that this thread reads. */
    private static long bytesRead(RocksEngine engine, Table table) throws Exception {
        Random random = new Random(SEED);
        engine.db().setPerfLevel(PerfLevel.ENABLE_COUNT);
        try (SnapshotReader reader = SnapshotReader.snapshot(engine.db());
                PerfContext counts = engine.db().getPerfContext()) {
            counts.reset();
            for (int i = 0; i < READS; i++) {
                assertThat(reader.get(table, key(random.nextInt(ROWS)))).hasSize(1);
            }
            return counts.getBlockReadByte();
        } finally {
            engine.db().setPerfLevel(PerfLevel.DISABLE);
        }
    }

    private static byte[] key(int i) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
    }
}

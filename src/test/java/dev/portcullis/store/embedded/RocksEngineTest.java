package dev.portcullis.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.store.StoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.PerfContext;
import org.rocksdb.PerfLevel;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class RocksEngineTest {
    private static final long SEED = 42;
    private static final int ROWS = 600_000;
    /**
     * Scatters keys so that files overlap and compaction rewrites them; other files are only moved, and stay in memory.
     */
    private static final long SCATTER = 7_919;

    private static final int READS = 1_000;
    private static final int FILES_THAT_ARE_COMPACTED = 4;

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

    @Test
    @EnabledOnOs(OS.LINUX)
    void compaction_into_the_last_level_gets_what_other_threads_leave_of_the_processors() throws Exception {
        RocksLibrary.load();
        StoreConfig config = new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 16, SMALL_CACHE);
        try (RocksEngine engine = new RocksEngine(folder, config)) {
            Table table = engine.table("things");
            long before = nanosOf("rocksdb:bottom");
            for (int i = 0; i < FILES_THAT_ARE_COMPACTED; i++) {
                fill(engine, table);
                engine.flush();
            }
            assertThat(Await.until(() -> isCompacted(engine, table))).isTrue();
            assertThat(nanosOf("rocksdb:bottom") - before).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1));
            assertThat(niceOf("rocksdb:bottom")).isEqualTo(19); // from its first compaction on
            assertThat(niceOf("rocksdb:low")).isZero();
        }
    }

    private static boolean isCompacted(RocksEngine engine, Table table) {
        try {
            return engine.db()
                    .getProperty(table.handle(), "rocksdb.num-files-at-level0")
                    .equals("0");
        } catch (RocksDBException failure) {
            throw new AssertionError(failure);
        }
    }

    private static long niceOf(String thread) throws IOException {
        String line = Files.readString(task(thread).resolve("stat"));
        return fields(line.substring(line.lastIndexOf(')') + 2)).get(16);
    }

    private static long nanosOf(String thread) throws IOException {
        return fields(Files.readString(task(thread).resolve("schedstat"))).get(0);
    }

    /** The numbers in a line of the kernel; others count as none. */
    private static List<Long> fields(String line) {
        return Stream.of(line.strip().split(" ", -1))
                .map(field -> field.matches("-?\\d{1,18}") ? Long.parseLong(field) : 0)
                .toList();
    }

    private static Path task(String thread) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                if (Files.readString(task.resolve("comm")).strip().equals(thread)) {
                    return task;
                }
            }
        }
        throw new AssertionError("no thread " + thread);
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

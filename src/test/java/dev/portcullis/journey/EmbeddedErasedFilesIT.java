package dev.portcullis.journey;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.MessageIndex;
import dev.portcullis.archive.embedded.EmbeddedArchive;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.TestNode;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

class EmbeddedErasedFilesIT extends ErasedFilesContract {
    @TempDir
    private Path folder;

    @Override
    TestNode start(List<String> settings) {
        return TestNode.generous(Stream.concat(
                        settings.stream(), Stream.of("archive.kind=embedded", "store.path=" + folder.resolve("store")))
                .toArray(String[]::new));
    }

    /** Without compression, so that what is there can be found. */
    @Override
    void rewrite() throws Exception {
        String store = folder.resolve("store").toString();
        expungeIndex(folder.resolve("store"));
        try (Options listing = new Options();
                ColumnFamilyOptions plain =
                        new ColumnFamilyOptions().setCompressionType(CompressionType.NO_COMPRESSION);
                DBOptions options = new DBOptions();
                CompactRangeOptions all =
                        new CompactRangeOptions().setBottommostLevelCompaction(BottommostLevelCompaction.kForce)) {
            List<ColumnFamilyDescriptor> tables = RocksDB.listColumnFamilies(listing, store).stream()
                    .map(name -> new ColumnFamilyDescriptor(name, plain))
                    .toList();
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            try (RocksDB db = RocksDB.open(options, store, tables, handles)) {
                for (ColumnFamilyHandle handle : handles) {
                    db.compactRange(handle, null, null, all);
                    handle.close();
                }
            }
        }
    }

    /** What a node does once a day. */
    private static void expungeIndex(Path folder) throws Exception {
        StoreConfig config = new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 20_000);
        try (EmbeddedStore store = EmbeddedStore.open(folder, config)) {
            MessageIndex index =
                    EmbeddedArchive.open(store, Long.MAX_VALUE).index().orElseThrow();
            assertThat(Await.until(() -> index.behindMs() == 0, Duration.ofSeconds(30)))
                    .isTrue();
            done(index.expunge());
            index.close();
        }
    }

    @Override
    List<Path> folders() {
        return List.of(folder);
    }
}

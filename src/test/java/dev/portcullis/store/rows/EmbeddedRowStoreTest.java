package dev.portcullis.store.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRowStoreTest extends RowStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;

    @BeforeEach
    void start() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    RowStore open() {
        return new EmbeddedRowStore(engine, clock::get);
    }

    @Test
    void row_outlives_the_process() throws Exception {
        RowKey row = RowKey.of("t", "k");
        write(open(), WriteSet.of(row, "kept"));
        close();
        start();
        assertThat(get(open(), row)).contains("kept");
    }
}

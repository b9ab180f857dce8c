package dev.portcullis.uploads.ticket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedUploadStoreTest extends UploadStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private UploadStore store;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new EmbeddedUploadStore(engine);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    UploadStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        close();
        open();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "2 kept ann 5 9 h 1 room:lobby image/png a.png",
                "1 lost ann 5 9 h 1 room:lobby image/png a.png",
                "1 kept ann x 9 h 1 room:lobby image/png a.png",
                "1 kept ann 5 9 h 1 lobby image/png a.png",
                "1 kept -ann 5 9 h 1 room:lobby image/png a.png"
            })
    void unreadable_row_fails_the_read(String row) throws Exception {
        Upload upload = issued(ANN, 1);
        byte[] key = upload.id().value().getBytes(UTF_8);
        Table rows = engine.table("uploads.rows");
        await(engine.write(batch -> {
            batch.put(rows, key, row.getBytes(UTF_8));
            return row;
        }));

        assertThatThrownBy(() -> find(upload)).isInstanceOf(StoreFailure.class);
    }

    @Test
    void closed_store_fails_each_call() throws Exception {
        Upload upload = issued(ANN, 1);
        engine.close();

        assertThatThrownBy(() -> find(upload)).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> issued(ANN, 1)).isInstanceOf(StoreFailure.class);
    }
}

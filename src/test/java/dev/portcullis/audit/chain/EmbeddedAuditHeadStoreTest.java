package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedAuditHeadStoreTest extends AuditHeadStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private AuditHeadStore store;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new EmbeddedAuditHeadStore(engine);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    AuditHeadStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        close();
        open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "2 7 0 0", "1 7 abc 0011223344556677"})
    void unreadable_row_fails_both_calls(String row) throws Exception {
        Table heads = engine.table("audit.heads");
        engine.write(batch -> {
                    batch.put(heads, CHAIN.getBytes(US_ASCII), row.getBytes(US_ASCII));
                    return row;
                })
                .await(30, TimeUnit.SECONDS);

        assertThatThrownBy(() -> find(CHAIN)).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> advance(head(8))).isInstanceOf(StoreFailure.class);
    }
}

package dev.portcullis.auth.account;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedAccountServiceTest extends AccountServiceContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private AccountStore store;

    @Override
    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new EmbeddedAccountStore(engine);
        super.open();
    }

    @AfterEach
    void closeStore() {
        engine.close();
    }

    @Override
    AccountStore store() {
        return store;
    }
}

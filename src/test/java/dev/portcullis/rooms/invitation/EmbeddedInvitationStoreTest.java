package dev.portcullis.rooms.invitation;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedInvitationStoreTest extends InvitationStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private InvitationStore store;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new EmbeddedInvitationStore(engine);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    InvitationStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        close();
        open();
    }
}

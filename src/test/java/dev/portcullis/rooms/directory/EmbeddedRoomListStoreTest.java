package dev.portcullis.rooms.directory;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRoomListStoreTest extends RoomListStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private RoomListStore store;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new EmbeddedRoomListStore(engine, clock::get);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    RoomListStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        close();
        open();
    }
}

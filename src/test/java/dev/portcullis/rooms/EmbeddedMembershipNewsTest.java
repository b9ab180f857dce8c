package dev.portcullis.rooms;

import dev.portcullis.rooms.directory.EmbeddedRoomStore;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMembershipNewsTest extends MembershipNewsContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;

    @BeforeEach
    @Override
    void create() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        super.create();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    RoomStore rooms() {
        return new EmbeddedRoomStore(engine, System::currentTimeMillis);
    }

    @Override
    RoomListStore lists() {
        return new RoomListStore(new EmbeddedRowStore(engine, System::currentTimeMillis));
    }
}

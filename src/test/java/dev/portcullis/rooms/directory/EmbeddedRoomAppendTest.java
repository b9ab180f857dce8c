package dev.portcullis.rooms.directory;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRoomAppendTest extends RoomAppendContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private RoomStore rooms;
    private StreamStore streams;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        rooms = new RoomStore(new EmbeddedRowStore(engine, System::currentTimeMillis));
        streams = done(EmbeddedStreamStore.open(
                engine, System::currentTimeMillis, System::currentTimeMillis, Optional.empty(), entries -> {}));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    RoomStore rooms() {
        return rooms;
    }

    @Override
    StreamStore streams() {
        return streams;
    }
}

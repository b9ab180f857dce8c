package dev.portcullis.archive.embedded;

import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.archive.ShortenedArchiveContract;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Beside it messages are appended to the same store, which has one writer. */
class ShortenedEmbeddedArchiveTest extends ShortenedArchiveContract {
    private static final StreamWindow WINDOW = new StreamWindow(300, TimeUnit.DAYS.toMillis(1));

    @TempDir
    Path folder;

    private EmbeddedStore store;
    private EmbeddedArchive archive;
    private StreamStore streams;

    @BeforeEach
    void open() throws Exception {
        store = EmbeddedStore.open(folder, EmbeddedArchiveTest.CONFIG);
        archive = new EmbeddedArchive(store, Long.MAX_VALUE);
        streams = Await.done(EmbeddedStreamStore.open(store, System::currentTimeMillis));
    }

    @AfterEach
    void check_and_close() {
        ArchiveTablesCheck.check(store);
        store.close();
    }

    @Override
    protected long usual() {
        return 200_000;
    }

    @Override
    protected ArchiveStore archive() {
        return archive;
    }

    @Override
    protected Future<?> live() {
        return streams.append(new AppendRequest(
                StreamName.room(new RoomId("live")),
                WINDOW,
                0,
                new byte[200],
                Optional.empty(),
                Optional.empty(),
                Long.MAX_VALUE));
    }
}

package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.archive.ShortenedArchiveContract;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Beside it another room is read: appends do not know of this archive. */
@ExtendWith(VertxExtension.class)
class ShortenedPostgresArchiveIT extends ShortenedArchiveContract {
    @RegisterExtension
    static final PostgresArchives ARCHIVES = new PostgresArchives();

    private PostgresArchive archive;

    @BeforeEach
    void open(Vertx vertx) {
        archive = ARCHIVES.open(vertx, PostgresArchives.patient(ARCHIVES.uri()));
    }

    @AfterEach
    void close() {
        done(archive.close());
    }

    @Override
    protected long usual() {
        return 100_000;
    }

    @Override
    protected ArchiveStore archive() {
        return archive;
    }

    @Override
    protected Future<?> live() {
        return archive.latest(StreamName.room(new RoomId("live")), Long.MAX_VALUE, new Bounds(50, 1 << 20));
    }
}

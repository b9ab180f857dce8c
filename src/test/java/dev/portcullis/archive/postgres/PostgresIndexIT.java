package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.archive.ArchiveContract;
import dev.portcullis.archive.MessageIndexContract;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresIndexIT extends MessageIndexContract {
    @RegisterExtension
    static final PostgresArchives ARCHIVES = new PostgresArchives();

    private static Optional<Vertx> vertx = Optional.empty();

    @BeforeAll
    static void take(Vertx made) {
        vertx = Optional.of(made);
    }

    @Override
    protected ArchiveContract.Opened open() {
        PostgresArchive archive = ARCHIVES.open(vertx.orElseThrow(), PostgresArchives.patient(ARCHIVES.uri()));
        return new ArchiveContract.Opened(archive, () -> done(archive.close()));
    }
}

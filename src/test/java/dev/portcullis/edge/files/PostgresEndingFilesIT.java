package dev.portcullis.edge.files;

import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RedisProcess;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;

/** With the store and the archive that several nodes share. */
class PostgresEndingFilesIT extends EndingFilesContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--save", "");

    private final PostgresServer postgres = PostgresServer.shared();
    private final String archive = postgres.newDatabase();

    @Override
    List<String> stores() {
        return List.of(
                "store.kind=redis",
                "store.redis.uri=" + redis.uri(),
                "archive.kind=postgres",
                "archive.postgres.uri=" + postgres.uri(archive));
    }

    @AfterAll
    @Override
    void close() {
        super.close();
        postgres.execute("postgres", "DROP DATABASE IF EXISTS " + archive + " WITH (FORCE)");
    }
}

package dev.portcullis.journey;

import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;

/** With the store and the archive that several nodes share. */
class PostgresHoldIT extends HoldContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--save", "");

    private final PostgresServer postgres = PostgresServer.shared();
    private final String archive = postgres.newDatabase();

    @Override
    TestNode start() {
        return TestNode.steady(
                "store.kind=redis",
                "store.redis.uri=" + redis.uri(),
                "archive.kind=postgres",
                "archive.postgres.uri=" + postgres.uri(archive),
                "direct.allow=anyone");
    }

    @AfterEach
    @Override
    void close() {
        super.close();
        postgres.execute("postgres", "DROP DATABASE IF EXISTS " + archive + " WITH (FORCE)");
    }
}

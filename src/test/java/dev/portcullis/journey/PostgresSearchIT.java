package dev.portcullis.journey;

import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;

/** With the store and the archive that several nodes share. */
class PostgresSearchIT extends SearchContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--save", "");

    private final PostgresServer postgres = PostgresServer.shared();
    private final String archive = postgres.newDatabase();

    @Override
    List<TestNode> site(String... sets) {
        List<String> shared = List.of(
                "store.kind=redis",
                "store.redis.uri=" + redis.uri(),
                "archive.kind=postgres",
                "archive.postgres.uri=" + postgres.uri(archive));
        return List.of(
                TestNode.steady(Stream.concat(shared.stream(), Stream.of(sets)).toArray(String[]::new)));
    }

    @AfterAll
    @Override
    void close() {
        super.close();
        postgres.execute("postgres", "DROP DATABASE IF EXISTS " + archive + " WITH (FORCE)");
    }
}

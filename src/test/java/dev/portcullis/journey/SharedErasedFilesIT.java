package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;

/** Redis and PostgreSQL, as an operator keeps them. */
class SharedErasedFilesIT extends ErasedFilesContract {
    @AutoClose
    private final RedisProcess redis =
            RedisProcess.start("--appendonly", "yes", "--rdbcompression", "no", "--auto-aof-rewrite-percentage", "0");

    @AutoClose
    private final PostgresServer postgres = PostgresServer.start();

    private final String archive = postgres.newDatabase();

    @Override
    TestNode start(List<String> settings) {
        return TestNode.steady(Stream.concat(
                        settings.stream(),
                        Stream.of(
                                "store.kind=redis",
                                "store.redis.uri=" + redis.uri(),
                                "archive.kind=postgres",
                                "archive.postgres.uri=" + postgres.uri(archive)))
                .toArray(String[]::new));
    }

    @Override
    void rewrite() {
        RedisConsole console = new RedisConsole(redis);
        console.ask("BGREWRITEAOF");
        assertThat(Await.until(() -> console.ask("INFO", "persistence").contains("aof_rewrite_in_progress:0")))
                .isTrue();
        console.ask("SAVE");
        postgres.execute(archive, "VACUUM FULL");
        postgres.execute(archive, "CHECKPOINT");
    }

    @Override
    List<Path> folders() {
        return List.of(redis.folder(), postgres.data().resolve("base"));
    }
}

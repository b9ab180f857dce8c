package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** With the store and the archive that several nodes share. */
class PostgresLongHistoryIT extends LongHistoryContract {
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
                "streams.room.entries=10",
                "streams.inbox.entries=10",
                "direct.undelivered=1000");
    }

    @AfterAll
    @Override
    void close() {
        super.close();
        postgres.execute("postgres", "DROP DATABASE IF EXISTS " + archive + " WITH (FORCE)");
    }

    @Test
    void entries_come_into_the_archive_of_all_nodes_once() {
        try (ChatPeer ann = enter("ann")) {
            ann.join("lobby-4");
            say(ann, "lobby-4");
            assertThat(Await.until(() -> archived("lobby-4").equals("" + MESSAGES), Duration.ofSeconds(30)))
                    .as("%s are archived", archived("lobby-4"))
                    .isTrue();
        }
    }

    private String archived(String room) {
        return postgres.ask(
                        archive,
                        "SELECT count(*) FROM portcullis.entry e JOIN portcullis.stream s ON s.id = e.stream WHERE s.name = 'room:"
                                + room + "'")
                .get(0);
    }
}

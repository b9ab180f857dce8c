package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.Main;
import dev.portcullis.app.config.Configs;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code config check --connect}: what an ack is worth with the Redis of a configuration, and its archive. */
class ConfigConnectTest {
    private final Terminal terminal = Terminal.of(Main.commands(Map.of(), config -> 0));

    @Test
    void single_redis_without_a_disk_may_lose_what_was_acknowledged() {
        try (RedisProcess redis = RedisProcess.start()) {
            assertThat(check(redis, "store.redis.ackReplicas=0")).isZero();
            assertThat(told())
                    .startsWith("the death of a master of Redis may lose what was acknowledged last")
                    .anySatisfy(line -> assertThat(line).startsWith("no ack waits for a replica"))
                    .anySatisfy(line -> assertThat(line).startsWith("a master is not appendonly"));
        }
    }

    @Test
    void redis_without_the_replicas_that_an_ack_needs_is_a_problem() {
        try (RedisProcess redis = RedisProcess.startKeeping()) {
            assertThat(check(redis, "store.redis.ackReplicas=1")).isEqualTo(1);
            assertThat(told())
                    .startsWith("no message is acknowledged as long as a master has fewer replicas than an ack needs");
        }
    }

    @Test
    void replica_that_an_operator_has_to_promote_is_a_condition() {
        try (RedisProcess redis = RedisProcess.startKeeping();
                RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1", "" + redis.port())) {
            assertThat(Await.until(() ->
                            new RedisConsole(redis).ask("INFO", "replication").contains("state=online")))
                    .as(replica.uri())
                    .isTrue();
            assertThat(check(redis, "store.redis.ackReplicas=1")).isZero();
            assertThat(told())
                    .startsWith("acknowledged messages survive the death of a master of Redis under conditions")
                    .anySatisfy(line -> assertThat(line).startsWith("no sentinel and no Redis Cluster"))
                    .noneSatisfy(line -> assertThat(line).contains("appendfsync"));
        }
    }

    @Test
    void redis_that_does_not_answer_is_a_problem() {
        RedisProcess redis = RedisProcess.start();
        redis.close();
        assertThat(check(redis, "store.redis.ackReplicas=1")).isEqualTo(1);
        assertThat(told()).singleElement().asString().contains("does not answer");
    }

    @Test
    void embedded_store_is_on_one_machine() {
        assertThat(terminal.run(
                        "config", "check", "--connect", "-c", Configs.empty().toString()))
                .isZero();
        assertThat(told())
                .containsExactly("the embedded one; what is acknowledged is on this machine alone, on its disk");
    }

    @Test
    void archive_is_asked_without_a_change_of_it() {
        PostgresServer postgres = PostgresServer.shared();
        String database = postgres.newDatabase();
        assertThat(checkArchive(postgres.uri(database))).isZero();
        assertThat(told("archive"))
                .startsWith("PostgreSQL answers; the first node that starts makes the tables")
                .anySatisfy(line -> assertThat(line).contains("of which a node takes up to 8"));
        assertThat(postgres.ask(database, "SELECT nspname FROM pg_namespace WHERE nspname = 'portcullis'"))
                .isEmpty();
        postgres.execute(database, "ALTER DATABASE " + database + " SET default_transaction_read_only = on");
        assertThat(checkArchive(postgres.uri(database))).isEqualTo(1);
        assertThat(told("archive")).anySatisfy(line -> assertThat(line).startsWith("it takes no writes"));
    }

    @Test
    void archive_that_can_not_be_used_is_a_problem() {
        assertThat(checkArchive(PostgresServer.shared().uri("missing"))).isEqualTo(1);
        assertThat(told("archive")).singleElement().asString().contains("no such database");
        assertThat(checkArchive("postgresql://127.0.0.1:" + FreePort.find() + "/archive"))
                .isEqualTo(1);
        assertThat(told("archive")).last().asString().startsWith("PostgreSQL does not answer");
    }

    private int checkArchive(String uri) {
        return terminal.run(
                "config",
                "check",
                "--connect",
                "-c",
                Configs.empty().toString(),
                "--set",
                "archive.kind=postgres",
                "--set",
                "archive.postgres.uri=" + uri);
    }

    private int check(RedisProcess redis, String... settings) {
        List<String> words = new ArrayList<>(
                List.of("config", "check", "--connect", "-c", Configs.empty().toString()));
        words.addAll(List.of("--set", "store.kind=redis", "--set", "store.redis.uri=" + redis.uri()));
        for (String each : settings) {
            words.addAll(List.of("--set", each));
        }
        return terminal.run(words.toArray(String[]::new));
    }

    private List<String> told() {
        return told("store");
    }

    private List<String> told(String of) {
        return terminal.printed()
                .lines()
                .filter(line -> line.startsWith(of + ": "))
                .map(line -> line.substring(of.length() + 2))
                .toList();
    }
}

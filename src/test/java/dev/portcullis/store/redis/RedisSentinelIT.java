package dev.portcullis.store.redis;

import static dev.portcullis.store.redis.RedisFixture.await;
import static dev.portcullis.store.redis.RedisFixture.count;
import static dev.portcullis.store.redis.RedisFixture.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.RedisSentinels;
import dev.portcullis.store.StoreOpenException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("faults")
@ExtendWith(VertxExtension.class)
class RedisSentinelIT {
    /** A sentinel that did not run for two seconds does nothing for thirty. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Vertx vertx;
    private RedisProcess master;
    private RedisProcess replica;
    private RedisSentinels sentinels;

    @BeforeEach
    void begin(Vertx vertx) {
        this.vertx = vertx;
        master = RedisProcess.start();
        replica = RedisProcess.start("--replicaof", "127.0.0.1", "" + master.port());
        sentinels = RedisSentinels.watching(master);
    }

    @AfterEach
    void close() {
        sentinels.close();
        replica.close();
        master.close();
    }

    @Test
    void killed_master_is_replaced_by_the_one_that_the_sentinels_elect() throws Exception {
        RedisStore store = await(open(RedisSentinels.MASTER_NAME));
        assertThat(await(count(store, 1)).toLong()).isEqualTo(1);
        long written = new RedisConsole(master).replication("master_repl_offset");
        assertThat(Await.until(() -> new RedisConsole(replica).replication("slave_repl_offset") >= written))
                .as("the replica has it")
                .isTrue();
        sentinels.kill(0); // the first sentinel that is asked
        master.kill();
        assertThat(Await.until(() -> !store.healthy(), PATIENCE)).isTrue();
        assertThat(Await.until(store::healthy, PATIENCE)).isTrue();
        assertThat(Await.until(() -> !failed(count(store, 1)), PATIENCE)).isTrue();
        assertThat(new RedisConsole(replica).count("GET", RedisKeys.of(1, "count")))
                .as("it goes on; a call that failed may have counted too")
                .isGreaterThanOrEqualTo(2);
    }

    /** The former master still answers, but its new writes will be discarded. */
    @Test
    void running_master_that_was_replaced_is_abandoned() throws Exception {
        RedisStore store = await(open(RedisSentinels.MASTER_NAME));
        await(count(store, 1));
        new RedisConsole(sentinels.port(0)).ask("SENTINEL", "FAILOVER", RedisSentinels.MASTER_NAME);
        assertThat(Await.until(() -> role(replica).equals("master"), PATIENCE)).isTrue();
        assertThat(Await.until(() -> !failed(count(store, 2)) && has(replica, 2), PATIENCE))
                .isTrue();
    }

    @Test
    void master_name_that_no_sentinel_knows_is_refused() {
        Future<RedisStore> opening = open("unknown");
        assertThat(failed(opening)).isTrue();
        assertThat(opening.cause())
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("knows no master by the name of store.redis.masterName");
    }

    private Future<RedisStore> open(String name) {
        return RedisFixture.open(
                vertx,
                "{'uri': '" + sentinels.uri() + "', 'topology': 'sentinel', 'masterName': '" + name
                        + "', 'timeoutMs': 5000, 'connectMs': 10000}");
    }

    /** Empty where Redis ends the connection, as it does with all when its role changes. */
    private static String role(RedisProcess redis) {
        try {
            return new RedisConsole(redis).ask("ROLE").lines().findFirst().orElse("");
        } catch (UncheckedIOException cutOff) {
            return "";
        }
    }

    private static boolean has(RedisProcess redis, int lane) {
        return new RedisConsole(redis)
                .ask("EXISTS", RedisKeys.of(lane, "count"))
                .equals("1");
    }
}

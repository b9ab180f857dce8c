package dev.portcullis.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAuditHeadStoreTest extends AuditHeadStoreContract {
    private static final String KEY = RedisKeys.of(Lanes.of(CHAIN), "audit", CHAIN);

    private static RedisProcess redis;
    private static RedisConsole console;
    private static Vertx vertx;

    private RedisStore engine;
    private AuditHeadStore store;

    @BeforeAll
    static void start() {
        redis = RedisProcess.start();
        console = new RedisConsole(redis);
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
        redis.close();
    }

    @BeforeEach
    void open() throws Exception {
        console.ask("FLUSHALL");
        connect();
    }

    @AfterEach
    void close() throws Exception {
        engine.close().await(30, TimeUnit.SECONDS);
    }

    @Override
    AuditHeadStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        close();
        connect();
    }

    @Test
    void head_never_expires() throws Exception {
        advance(head(8));

        assertThat(console.ask("TTL", KEY)).isEqualTo("-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1", "2 7 0 0", "1 7 abc 0011223344556677"})
    void unreadable_row_is_kept_and_fails_both_calls(String row) throws Exception {
        console.ask("SET", KEY, row);

        assertThatThrownBy(() -> find(CHAIN)).isInstanceOf(StoreFailure.class);
        if (!row.startsWith("1 7")) {
            assertThatThrownBy(() -> advance(head(8))).isInstanceOf(StoreFailure.class);
            assertThat(console.ask("GET", KEY)).isEqualTo(row);
        }
    }

    private void connect() throws Exception {
        engine = RedisStore.open(vertx, new RedisConfig(redis.uri(), 30_000, 2_048), (operation, nanos) -> {})
                .await(30, TimeUnit.SECONDS);
        store = new RedisAuditHeadStore(engine);
    }
}

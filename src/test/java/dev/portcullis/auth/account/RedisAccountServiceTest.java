package dev.portcullis.auth.account;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class RedisAccountServiceTest extends AccountServiceContract {
    private static RedisProcess redis;
    private static Vertx client;
    private static RedisStore engine;
    private static AccountStore store;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start();
        client = Vertx.vertx();
        engine = RedisStore.open(client, new RedisConfig(redis.uri(), 30_000, 2_048), (operation, nanos) -> {})
                .await(30, TimeUnit.SECONDS);
        store = new RedisAccountStore(engine);
    }

    @AfterAll
    static void stop() throws Exception {
        engine.close().await(30, TimeUnit.SECONDS);
        client.close().await(30, TimeUnit.SECONDS);
        redis.close();
    }

    @Override
    @BeforeEach
    void open() {
        new RedisConsole(redis).ask("FLUSHALL");
        super.open();
    }

    @Override
    AccountStore store() {
        return store;
    }
}

package dev.portcullis.ratelimit;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class RedisCounterStoreIT extends CounterStoreContract {
    private static RedisProcess redis;
    private static RedisConsole console;
    private static Vertx vertx;

    private final List<RedisStore> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        redis = RedisProcess.start();
        console = new RedisConsole(redis);
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().await(5, TimeUnit.SECONDS);
        redis.close();
    }

    @BeforeEach
    void empty() {
        console.ask("FLUSHALL");
    }

    @AfterEach
    void close() throws Exception {
        for (RedisStore each : opened) {
            each.close().await(5, TimeUnit.SECONDS);
        }
    }

    @Override
    CounterStore open(RateLimitConfig config, LongSupplier millis) throws Exception {
        return new RedisCounterStore(connect(), config, millis);
    }

    private RedisStore connect() throws Exception {
        RedisConfig config = new RedisConfig(redis.uri(), 2_000, 2_048);
        RedisStore store =
                RedisStore.open(vertx, config, (operation, nanos) -> {}).await(5, TimeUnit.SECONDS);
        opened.add(store);
        return store;
    }
}

package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Section;
import dev.portcullis.kit.Await;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Common steps of the tests of this package. */
final class RedisFixture {
    /** Nothing times out where the machine pauses for seconds, and no answer is late and lowers the limit of calls. */
    static final String PATIENT = "'timeoutMs': 5000, 'connectMs': 10000, 'targetMs': 5000";

    /** Not registered at a store, so that connections don't load it. */
    static final Script COUNT = Script.of(RedisFixture.class, List.of("count"));

    private RedisFixture() {}

    /** Reads the section {@code store.redis} from JSON with single quotes. */
    static RedisConfig config(String json) {
        try {
            ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
            Map<?, ?> tree = (Map<?, ?>) Objects.requireNonNull(Json.parse(json.replace('\'', '"')));
            RedisConfig config = RedisConfig.read(Section.root(tree, reading));
            assertThat(reading.problems().found()).isEmpty();
            return config;
        } catch (IOException invalid) {
            throw new UncheckedIOException(invalid);
        }
    }

    static Future<RedisStore> open(Vertx vertx, String json) {
        return RedisStore.open(vertx, config(json), (operation, nanos) -> {});
    }

    /** Increments the counter of a lane. */
    static Future<Response> count(RedisStore store, int lane) {
        return store.run(COUNT.call().key(RedisKeys.of(lane, "count")));
    }

    static boolean failed(Future<?> future) {
        assertThat(Await.until(future::isComplete)).isTrue();
        return future.failed();
    }

    static StoreFailure failure(Future<?> failing) {
        assertThat(failed(failing)).isTrue();
        assertThat(failing.cause()).isInstanceOf(StoreFailure.class);
        return (StoreFailure) failing.cause();
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}

package dev.portcullis.store.redis;

import static dev.portcullis.store.redis.RedisFixture.COUNT;
import static dev.portcullis.store.redis.RedisFixture.await;
import static dev.portcullis.store.redis.RedisFixture.count;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.DelayProxy;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Limits of calls to a slow Redis. */
@ExtendWith(VertxExtension.class)
class LimitedCallsTest {
    private static final int WAITING = 16;

    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--save", "");

    @Test
    void calls_beyond_the_limit_of_a_slow_redis_fail_at_once_and_exempt_calls_pass(Vertx vertx) throws Exception {
        DelayProxy proxy = DelayProxy.to(vertx, redis.port());
        RedisStore store = await(RedisFixture.open(
                vertx,
                "{'uri': 'redis://127.0.0.1:" + proxy.port() + "', 'timeoutMs': 5000, 'connectMs': 10000,"
                        + " 'targetMs': 20, 'minInFlight': 2, 'waiting': " + WAITING + "}"));
        proxy.delayBy(60);
        for (int round = 0; round < 20 && store.refusedCalls() == 0; round++) {
            await(Future.join(many(store)).otherwiseEmpty());
        }
        assertThat(store.refusedCalls()).isPositive();
        List<Future<Response>> calls = many(store);
        Future<Response> lease =
                store.run(COUNT.call().key(RedisKeys.of(1, "count")).exemptFromLimit());
        assertThat(await(lease)).isNotNull();
        await(Future.join(calls).otherwiseEmpty());
        assertThat(calls).anyMatch(Future::succeeded);
        assertThat(calls.stream().filter(Future::failed).map(Future::cause))
                .isNotEmpty()
                .allMatch(cause -> cause instanceof StoreFailure failure && failure.isNotApplied());
    }

    private static List<Future<Response>> many(RedisStore store) {
        return IntStream.range(0, WAITING).mapToObj(i -> count(store, 1)).toList();
    }
}

package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisStoreTest {
    static final Script COUNT = Script.of(RedisStoreTest.class, "count");
    static final Script ECHO = Script.of(RedisStoreTest.class, "echo");

    private final Vertx vertx = Vertx.vertx();
    private RedisProcess redis;
    private RedisStore store;

    @BeforeEach
    void open() throws Exception {
        redis = RedisProcess.start();
        store = await(RedisStore.open(vertx, new RedisConfig(redis.uri(), 500, 64), (operation, nanos) -> {}));
    }

    @AfterEach
    void close() throws Exception {
        await(store.close());
        redis.close();
        await(vertx.close());
    }

    @Test
    void a_script_runs_on_the_lane_of_its_keys() throws Exception {
        assertThat(await(count(7)).toLong()).isEqualTo(1);
        assertThat(await(count(7)).toLong()).isEqualTo(2);
        assertThat(await(count(8)).toLong()).isEqualTo(1);
        assertThat(store.calls()).isEqualTo(3);
        assertThat(store.clustered()).isFalse();
        assertThat(store.healthy()).isTrue();
    }

    @Test
    void calls_of_one_caller_keep_their_order_and_answer_on_its_context() throws Exception {
        Context mine = vertx.getOrCreateContext();
        List<Long> counts = new ArrayList<>();
        List<Context> contexts = new ArrayList<>();
        Promise<Void> done = Promise.promise();
        mine.runOnContext(any -> Future.all(IntStream.range(0, 50)
                        .mapToObj(i -> count(1).onSuccess(count -> {
                            counts.add(count.toLong());
                            contexts.add(Vertx.currentContext());
                        }))
                        .toList())
                .<Void>mapEmpty()
                .onComplete(done));
        await(done.future());
        assertThat(counts)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 50).mapToObj(i -> (long) i).toList());
        assertThat(contexts).containsOnly(mine);
    }

    @Test
    void a_killed_redis_heals_once_it_is_back() throws Exception {
        await(count(1));
        redis.kill();
        assertThat(Await.until(() -> !store.healthy())).isTrue();
        assertThat(failure(count(1)).isUndone()).isTrue();
        redis.restart();
        assertThat(Await.until(store::healthy)).isTrue();
        assertThat(await(count(1)).toLong()).isEqualTo(1);
    }

    private Future<Response> count(int lane) {
        return store.run(COUNT.call().key(RedisKeys.of(lane, "count")));
    }

    private static StoreFailure failure(Future<?> failing) {
        assertThat(Await.until(failing::isComplete)).isTrue();
        assertThat(failing.cause()).isInstanceOf(StoreFailure.class);
        return (StoreFailure) failing.cause();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }
}

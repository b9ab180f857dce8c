package dev.portcullis.store.redis;

import static dev.portcullis.store.redis.RedisFixture.PATIENT;
import static dev.portcullis.store.redis.RedisFixture.await;
import static dev.portcullis.store.redis.RedisFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class GatheredCallsTest {
    private RedisProcess redis;
    private RedisStore store;
    private Context loop;
    private Script tell;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        redis = RedisProcess.start();
        store = await(RedisFixture.open(vertx, "{'uri': '" + redis.uri() + "', " + PATIENT + "}"));
        loop = vertx.getOrCreateContext();
        tell = store.gatheredScripts(RedisFixture.class, List.of("told"), List.of(List.of("count"), List.of("tell")))
                .get(1);
    }

    @AfterEach
    void close() throws Exception {
        await(store.close());
        redis.close();
    }

    @Test
    void calls_of_one_turn_are_one_call_whatever_their_lanes() throws Exception {
        List<Future<Response>> told = inOneTurn(IntStream.range(0, 20).mapToObj(lane -> told(lane, "word " + lane)));
        for (int lane = 0; lane < told.size(); lane++) {
            assertThat(await(told.get(lane)).get(0)).hasToString(key(lane));
            assertThat(await(told.get(lane)).get(1)).hasToString("told word " + lane);
        }
        assertThat(store.calls()).isEqualTo(1);
    }

    /** Those that only read and those that count: each part of the product registers its own. */
    @Test
    void scripts_that_were_registered_apart_are_called_together() throws Exception {
        Script count = store.gatheredScript(RedisFixture.class, "count");
        Supplier<Future<Response>> counted = () -> store.run(count.call().key(RedisKeys.of(3, "counted")));
        List<Future<Response>> answers = inOneTurn(Stream.of(counted, told(1, "one"), counted));
        assertThat(await(answers.get(0)).toInteger()).isEqualTo(1);
        assertThat(await(answers.get(1)).get(1)).hasToString("told one");
        assertThat(await(answers.get(2)).toInteger()).isEqualTo(2);
        assertThat(store.calls()).isEqualTo(1);
    }

    @Test
    void call_of_a_later_turn_is_another_one() throws Exception {
        await(inOneTurn(Stream.of(told(1, "one"))).get(0));
        await(inOneTurn(Stream.of(told(1, "two"))).get(0));
        assertThat(store.calls()).isEqualTo(2);
    }

    /** Other clients would wait for all of them. */
    @Test
    void calls_with_many_keys_are_some_calls() throws Exception {
        List<Future<Response>> told = inOneTurn(IntStream.range(0, 201).mapToObj(i -> told(i % 256, "word " + i)));
        for (int i = 0; i < told.size(); i++) {
            assertThat(await(told.get(i)).get(1)).hasToString("told word " + i);
        }
        assertThat(store.calls()).isEqualTo(3);
    }

    /** It is made once more, by itself. */
    @Test
    void call_that_fails_fails_alone() throws Exception {
        List<Future<Response>> told = inOneTurn(Stream.of(told(1, "one"), told(2, "fail"), told(3, "three")));
        assertThat(await(told.get(0)).get(1)).hasToString("told one");
        assertThat(failure(told.get(1))).hasMessage("tell failed: ERROR");
        assertThat(await(told.get(2)).get(1)).hasToString("told three");
        assertThat(store.calls()).isEqualTo(2);
    }

    @Test
    void calls_of_one_turn_all_fail_where_redis_is_away() throws Exception {
        await(inOneTurn(Stream.of(told(1, "one"))).get(0));
        redis.close();
        List<Future<Response>> told = inOneTurn(Stream.of(told(1, "one"), told(2, "two"), told(3, "three")));
        for (Future<Response> each : told) {
            assertThat(failure(each)).isInstanceOf(StoreFailure.class);
        }
        assertThat(store.calls()).isEqualTo(2);
    }

    /** Other clients would wait for all of them. */
    @Test
    void calls_behind_one_that_returns_much_are_made_by_another_call() throws Exception {
        List<Future<Response>> told = inOneTurn(Stream.of(told(1, "much"), told(2, "two")));
        assertThat(await(told.get(0)).get(1)).hasToString("told much");
        assertThat(await(told.get(1)).get(1)).hasToString("told two");
        assertThat(store.calls()).isEqualTo(2);
    }

    /** A call on which all others depend must neither wait for them nor share their limit. */
    @Test
    void call_that_is_exempt_from_the_limit_is_made_by_itself() throws Exception {
        List<Future<Response>> told = inOneTurn(
                Stream.of(told(1, "one"), () -> store.run(call(2, "two").exemptFromLimit())));
        assertThat(await(told.get(0)).get(1)).hasToString("told one");
        assertThat(await(told.get(1)).get(1)).hasToString("told two");
        assertThat(store.calls()).isEqualTo(2);
    }

    @Test
    void call_completes_on_the_context_of_its_caller() throws Exception {
        List<Future<Context>> completed = inOneTurn(Stream.of(
                () -> told(1, "one").get().map(any -> Vertx.currentContext()),
                () -> told(2, "two").get().map(any -> Vertx.currentContext())));
        assertThat(await(completed.get(0))).isSameAs(loop);
        assertThat(await(completed.get(1))).isSameAs(loop);
    }

    private <T> List<Future<T>> inOneTurn(Stream<Supplier<Future<T>>> calls) throws Exception {
        return await(ContextSwitch.runOn(
                loop, () -> Future.succeededFuture(calls.map(Supplier::get).toList())));
    }

    private Supplier<Future<Response>> told(int lane, String word) {
        return () -> store.run(call(lane, word));
    }

    private Script.Call call(int lane, String word) {
        return tell.call().key(key(lane)).arg(word);
    }

    private static String key(int lane) {
        return RedisKeys.of(lane, "told");
    }
}

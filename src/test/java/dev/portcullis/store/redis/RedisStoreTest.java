package dev.portcullis.store.redis;

import static dev.portcullis.store.redis.RedisFixture.await;
import static dev.portcullis.store.redis.RedisFixture.failed;
import static dev.portcullis.store.redis.RedisFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.SlowWay;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreTimer.Operation;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisStoreTest {
    private static final int TIMEOUT_MS = 500;
    private static final int WAITING = 64;

    private final Vertx vertx = Vertx.vertx();
    private final ConcurrentLinkedQueue<Operation> timed = new ConcurrentLinkedQueue<>();
    private RedisProcess redis;
    private RedisConsole console;
    private RedisStore store;

    @BeforeEach
    void open() throws Exception {
        redis = RedisProcess.start();
        console = new RedisConsole(redis);
        store = await(RedisStore.open(
                vertx, new RedisConfig(redis.uri(), TIMEOUT_MS, WAITING), (operation, nanos) -> timed.add(operation)));
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
        assertThat(timed).containsExactly(Operation.SCRIPT, Operation.SCRIPT, Operation.SCRIPT);
        assertThat(store.clustered()).isFalse();
        assertThat(store.healthy()).isTrue();
    }

    @Test
    void calls_of_one_caller_keep_their_order_and_answer_on_its_context() throws Exception {
        await(count(1)); // the script is there
        Context mine = vertx.getOrCreateContext();
        List<Long> counts = new ArrayList<>();
        List<Context> contexts = new ArrayList<>();
        await(on(
                mine,
                () -> Future.all(IntStream.range(0, 60)
                        .mapToObj(i -> count(1).onSuccess(count -> {
                            counts.add(count.toLong());
                            contexts.add(Vertx.currentContext());
                        }))
                        .toList())));
        assertThat(counts)
                .containsExactlyElementsOf(LongStream.rangeClosed(2, 61).boxed().toList());
        assertThat(contexts).containsOnly(mine);
    }

    @Test
    void who_calls_from_a_worker_is_answered_there() throws Exception {
        Promise<Thread> answered = Promise.promise();
        await(vertx.deployVerticle(
                new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        return count(1).onSuccess(any -> answered.complete(Thread.currentThread()));
                    }
                },
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
        assertThat(await(answered.future()).getName()).contains("worker");
    }

    /** A connection that hung on its first caller's verticle would end with it. */
    @Test
    void a_verticle_that_goes_leaves_the_connection_to_the_others() throws Exception {
        String deployed = await(vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                return count(1);
            }
        }));
        String connections = clients();
        await(vertx.undeploy(deployed));
        assertThat(await(count(1)).toLong()).isEqualTo(2);
        assertThat(clients()).isEqualTo(connections);
    }

    @Test
    void an_answer_that_does_not_come_is_awaited_for_so_long_and_may_have_been_done() throws Exception {
        await(count(1));
        redis.pause();
        long began = System.nanoTime();
        StoreFailure failure = failure(count(1));
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isGreaterThanOrEqualTo(400);
        assertThat(failure.isUndone()).isFalse();
        redis.goOn();
        assertThat(Await.until(store::healthy)).isTrue();
        assertThat(await(count(1)).toLong()).isEqualTo(3); // it had been done
    }

    @Test
    void a_short_stall_does_not_cost_the_connection() throws Exception {
        await(count(1));
        String connections = clients();
        redis.pause();
        failure(count(1));
        redis.goOn();
        assertThat(Await.until(store::healthy)).isTrue();
        assertThat(clients()).isEqualTo(connections);
    }

    @Test
    void a_deaf_connection_is_replaced() throws Exception {
        await(count(1));
        String connections = clients();
        redis.pause();
        assertThat(Await.until(() -> failure(count(1)).isUndone())).isTrue(); // dropped, and not opened again
        assertThat(store.healthy()).isFalse();
        redis.goOn();
        assertThat(Await.until(store::healthy)).isTrue();
        assertThat(Await.until(() -> count(1).succeeded() || !failed(count(1)))).isTrue();
        assertThat(clients()).isNotEqualTo(connections);
    }

    @Test
    void no_more_calls_wait_than_may() throws Exception {
        await(count(1));
        redis.pause();
        Context mine = vertx.getOrCreateContext();
        List<Throwable> atOnce = Collections.synchronizedList(new ArrayList<>());
        await(on(mine, () -> {
            IntStream.range(0, 200).forEach(i -> count(1).onFailure(atOnce::add));
            return Future.succeededFuture();
        }));
        assertThat(atOnce).hasSizeBetween(200 - WAITING, 200 - WAITING + 2); // the watch may wait there too
        assertThat(atOnce).allMatch(each -> ((StoreFailure) each).isUndone());
        redis.goOn();
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

    @Test
    void a_connection_cut_for_a_moment_costs_no_call_that_comes_after() throws Exception {
        await(count(1));
        console.ask("CLIENT", "KILL", "TYPE", "normal");
        assertThat(Await.until(() -> clients().lines().count() > 1)).isTrue();
        assertThat(await(count(1)).toLong()).isEqualTo(2);
    }

    @Test
    void script_is_on_every_connection_before_its_first_call() throws Exception {
        Script count = store.script(RedisFixture.class, "count");
        assertThat(count).isEqualTo(RedisFixture.COUNT);
        for (int i = 0; i < 8; i++) {
            await(on(vertx.getOrCreateContext(), () -> count(1)));
        }
        assertThat(console.ask("INFO", "errorstats")).doesNotContain("NOSCRIPT");
        redis.kill();
        redis.restart();
        assertThat(Await.until(() -> !failed(count(1)))).isTrue();
        assertThat(console.ask("INFO", "errorstats")).doesNotContain("NOSCRIPT");
    }

    @Test
    void a_script_that_was_forgotten_costs_one_more_way_and_not_two() throws Exception {
        SlowWay way = SlowWay.to(vertx, redis.port());
        RedisStore far =
                await(RedisFixture.open(vertx, "{'uri': 'redis://127.0.0.1:" + way.port() + "', 'timeoutMs': 3000}"));
        await(RedisFixture.count(far, 1));
        console.ask("SCRIPT", "FLUSH");
        way.delayBy(1_200);
        assertThat(await(RedisFixture.count(far, 1)).toLong()).isEqualTo(2);
        await(far.close());
    }

    @Test
    void scripts_that_redis_forgot_are_loaded_once() throws Exception {
        await(count(1));
        console.ask("SCRIPT", "FLUSH");
        console.ask("CONFIG", "RESETSTAT");
        await(on(
                vertx.getOrCreateContext(),
                () -> Future.all(IntStream.range(0, 50).mapToObj(i -> count(1)).toList())));
        String counted = console.ask("INFO", "commandstats");
        assertThat(counted.lines().filter(line -> line.startsWith("cmdstat_script")))
                .singleElement()
                .asString()
                .matches("cmdstat_script(\\|load)?:calls=[12],.*"); // the watch misses its own
        assertThat(await(count(1)).toLong()).isEqualTo(52);
    }

    @Test
    void a_full_redis_is_not_healthy_and_does_nothing_by_halves() throws Exception {
        await(count(1));
        console.ask("CONFIG", "SET", "maxmemory", "1");
        assertThat(failure(count(1)).isUndone()).isTrue();
        assertThat(Await.until(() -> !store.healthy())).isTrue();
        console.ask("CONFIG", "SET", "maxmemory", "0");
        assertThat(Await.until(store::healthy)).isTrue();
        assertThat(await(count(1)).toLong()).isEqualTo(2);
    }

    @Test
    void a_master_that_became_a_replica_is_not_healthy_until_it_is_master_again() throws Exception {
        await(count(1));
        try (RedisProcess other = RedisProcess.start()) {
            console.ask("REPLICAOF", "127.0.0.1", "" + other.port());
            assertThat(failure(count(1)).isUndone()).isTrue();
            assertThat(Await.until(() -> !store.healthy())).isTrue();
            console.ask("REPLICAOF", "NO", "ONE");
            assertThat(Await.until(store::healthy)).isTrue();
            assertThat(Await.until(() -> !failed(count(2)))).isTrue();
        }
    }

    /** It was cut off from its replicas, one of which is master now. It would take our writes as soon as it is alone again. */
    @Test
    void a_master_without_the_replicas_that_it_must_have_is_left_for_another() throws Exception {
        try (RedisProcess next = RedisProcess.start()) {
            RedisStore either = await(RedisStore.open(
                    vertx,
                    new RedisConfig(redis.uri() + ",127.0.0.1:" + next.port(), TIMEOUT_MS, WAITING),
                    (operation, nanos) -> {}));
            assertThat(await(RedisFixture.count(either, 1)).toLong()).isEqualTo(1);
            assertThat(console.ask("EXISTS", RedisKeys.of(1, "count"))).isEqualTo("1");
            console.ask("CONFIG", "SET", "min-replicas-to-write", "1");
            assertThat(failure(RedisFixture.count(either, 1)).isUndone()).isTrue();
            assertThat(Await.until(() -> !failed(RedisFixture.count(either, 1))))
                    .isTrue();
            assertThat(new RedisConsole(next).ask("GET", RedisKeys.of(1, "count")))
                    .isEqualTo("1");
            assertThat(Await.until(either::healthy)).isTrue();
            await(either.close());
        }
    }

    @Test
    void a_script_of_somebody_else_that_does_not_end_is_waited_out() throws Exception {
        await(count(1));
        console.ask("CONFIG", "SET", "lua-time-limit", "50");
        try (Socket endless = console.begin("EVAL", "while true do end", "0")) {
            assertThat(endless.isConnected()).isTrue();
            assertThat(Await.until(() -> !store.healthy())).isTrue();
            assertThat(failure(count(1)).isUndone()).isTrue();
            console.ask("SCRIPT", "KILL");
            assertThat(Await.until(store::healthy)).isTrue();
            assertThat(await(count(1)).toLong()).isEqualTo(2);
        }
    }

    /** Who takes the middle of question and answer for the moment of the answer is ahead by half the stall. */
    @Test
    void however_redis_stalls_our_time_is_never_ahead_of_its() throws Exception {
        RedisStore patient =
                await(RedisStore.open(vertx, new RedisConfig(redis.uri(), 5_000, WAITING), (operation, nanos) -> {}));
        redis.pause();
        Await.pass(Duration.ofMillis(1_200)); // two probes wait
        redis.goOn();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        long ahead = Long.MIN_VALUE;
        while (System.nanoTime() < until) {
            ahead = Math.max(ahead, patient.millis() - System.currentTimeMillis());
        }
        assertThat(ahead).isLessThanOrEqualTo(0);
        assertThat(patient.millis()).isGreaterThan(System.currentTimeMillis() - 1_000);
        await(patient.close());
    }

    @Test
    void after_the_close_nothing_is_done() throws Exception {
        await(store.close());
        assertThat(store.healthy()).isFalse();
        assertThat(failure(count(1)).isUndone()).isTrue();
        assertThat(console.ask("EXISTS", RedisKeys.of(1, "count"))).isEqualTo("0");
    }

    private Future<Response> count(int lane) {
        return RedisFixture.count(store, lane);
    }

    /** Who is connected, but for us who ask. */
    private String clients() {
        return console.ask("CLIENT", "LIST", "TYPE", "normal")
                .lines()
                .filter(line -> !line.contains("cmd=client"))
                .map(line -> line.split(" ", 2)[0])
                .sorted()
                .reduce("", (all, each) -> all + each + "\n");
    }

    private static <T> Future<T> on(Context context, Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(any -> work.get().onComplete(done));
        return done.future();
    }
}

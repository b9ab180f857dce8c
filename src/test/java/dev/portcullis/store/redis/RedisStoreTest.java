package dev.portcullis.store.redis;

import static dev.portcullis.store.redis.RedisFixture.await;
import static dev.portcullis.store.redis.RedisFixture.failed;
import static dev.portcullis.store.redis.RedisFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.DelayProxy;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreTimer.Operation;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import io.vertx.redis.client.Response;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class RedisStoreTest {
    private static final int TIMEOUT_MS = 5_000;
    private static final int WAITING = 64;

    private final ConcurrentLinkedQueue<Operation> timed = new ConcurrentLinkedQueue<>();
    private RedisProcess redis;
    private RedisConsole console;
    private RedisStore store;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        redis = RedisProcess.start();
        console = new RedisConsole(redis);
        store = await(RedisStore.open(
                vertx, RedisFixture.config(patient(redis.uri())), (operation, nanos) -> timed.add(operation)));
    }

    @AfterEach
    void close() throws Exception {
        await(store.close());
        redis.close();
    }

    @Test
    void script_runs_on_the_lane_of_its_keys() throws Exception {
        assertThat(await(count(7)).toLong()).isEqualTo(1);
        assertThat(await(count(7)).toLong()).isEqualTo(2);
        assertThat(await(count(8)).toLong()).isEqualTo(1);
        assertThat(store.calls()).isEqualTo(3);
        assertThat(Await.until(() -> timed.size() == 3)).isTrue();
        assertThat(timed).containsExactly(Operation.SCRIPT, Operation.SCRIPT, Operation.SCRIPT);
        assertThat(store.clustered()).isFalse();
        assertThat(Await.until(store::healthy)).isTrue(); // a machine that paused has missed some probes
    }

    @Test
    void calls_of_one_context_keep_their_order_and_complete_on_it(Vertx vertx, VertxTestContext test) throws Exception {
        await(count(1)); // loads the script
        CountDownLatch counted = test.checkpoint().asLatch(60);
        AtomicInteger last = new AtomicInteger(1);
        Context context = vertx.getOrCreateContext();
        context.runOnContext(any -> IntStream.range(0, 60)
                .forEach(i -> count(1).onComplete(test.succeeding(count -> {
                    assertThat(count.toInteger()).isEqualTo(last.incrementAndGet());
                    assertThat(Vertx.currentContext()).isSameAs(context);
                    counted.countDown();
                }))));
    }

    @Test
    void call_from_a_worker_completes_on_the_worker(Vertx vertx, VertxTestContext test) {
        VerticleBase counting = new VerticleBase() {
            @Override
            public Future<?> start() {
                return count(1).onComplete(test.succeeding(count -> {
                    assertThat(Thread.currentThread().getName()).contains("worker");
                    test.completeNow();
                }));
            }
        };
        vertx.deployVerticle(counting, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                .onFailure(test::failNow);
    }

    /** A connection that belonged to its first caller's verticle would be closed with it. */
    @Test
    void undeployed_verticle_leaves_the_connection_open(Vertx vertx) throws Exception {
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
    void call_without_an_answer_times_out_with_an_unknown_outcome() throws Exception {
        await(count(1));
        redis.pause();
        long startedAt = System.nanoTime();
        StoreFailure failure = failure(count(1));
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt))
                .isGreaterThanOrEqualTo(TIMEOUT_MS - 100);
        assertThat(failure.isNotApplied()).isFalse();
        redis.goOn();
        assertThat(Await.until(store::healthy)).isTrue();
        assertThat(await(count(1)).toLong()).isEqualTo(3); // the unanswered call was applied
    }

    @Test
    void connection_survives_a_short_stall() throws Exception {
        await(count(1));
        String connections = clients();
        redis.pause();
        failure(count(1));
        redis.goOn();
        assertThat(Await.until(store::healthy)).isTrue();
        assertThat(clients()).isEqualTo(connections);
    }

    @Test
    void unresponsive_connection_is_replaced(Vertx vertx) throws Exception {
        RedisStore impatient = await(
                RedisFixture.open(vertx, "{'uri': '" + redis.uri() + "', 'timeoutMs': 1000, 'connectMs': 10000}"));
        assertThat(Await.until(() -> !failed(RedisFixture.count(impatient, 1)))).isTrue();
        String connections = clients();
        redis.pause();
        assertThat(Await.until(() -> failure(RedisFixture.count(impatient, 1)).isNotApplied()))
                .isTrue(); // closed and not reconnected
        assertThat(Await.until(() -> !impatient.healthy())).isTrue();
        redis.goOn();
        assertThat(Await.until(impatient::healthy)).isTrue();
        assertThat(Await.until(() -> !failed(RedisFixture.count(impatient, 1)))).isTrue();
        assertThat(clients()).isNotEqualTo(connections);
        await(impatient.close());
    }

    @Test
    void calls_beyond_the_queue_limit_fail_at_once(Vertx vertx) throws Exception {
        await(count(1));
        redis.pause();
        Context context = vertx.getOrCreateContext();
        List<Throwable> atOnce = Collections.synchronizedList(new ArrayList<>());
        await(ContextSwitch.runOn(context, () -> {
            IntStream.range(0, 200).forEach(i -> count(1).onFailure(atOnce::add));
            return Future.succeededFuture();
        }));
        assertThat(atOnce).hasSizeBetween(200 - WAITING, 199); // fewer may wait on a connection that was slow before
        assertThat(atOnce).allMatch(each -> ((StoreFailure) each).isNotApplied());
        redis.goOn();
    }

    @Test
    void store_recovers_after_a_restart_of_redis() throws Exception {
        await(count(1));
        redis.kill();
        assertThat(Await.until(() -> !store.healthy())).isTrue();
        assertThat(failure(count(1)).isNotApplied()).isTrue();
        redis.restart();
        assertThat(Await.until(store::healthy)).isTrue();
        assertThat(await(count(1)).toLong()).isEqualTo(1);
    }

    @Test
    void calls_after_a_short_disconnect_succeed() throws Exception {
        await(count(1));
        long connections = clients().lines().count();
        console.ask("CLIENT", "KILL", "TYPE", "normal");
        // until all are back: a call on one whose event loop does not know yet that it was closed is lost
        assertThat(Await.until(() -> clients().lines().count() == connections)).isTrue();
        assertThat(await(count(1)).toLong()).isEqualTo(2);
    }

    @Test
    void script_is_on_every_connection_before_its_first_call(Vertx vertx) throws Exception {
        Script count = store.script(RedisFixture.class, "count");
        assertThat(count).isEqualTo(RedisFixture.COUNT);
        for (int i = 0; i < 8; i++) {
            await(ContextSwitch.runOn(vertx.getOrCreateContext(), () -> count(1)));
        }
        assertThat(console.ask("INFO", "errorstats")).doesNotContain("NOSCRIPT");
        redis.kill();
        redis.restart();
        assertThat(Await.until(() -> !failed(count(1)))).isTrue();
        assertThat(console.ask("INFO", "errorstats")).doesNotContain("NOSCRIPT");
    }

    @Test
    void script_that_redis_forgot_costs_one_extra_round_trip(Vertx vertx) throws Exception {
        DelayProxy proxy = DelayProxy.to(vertx, redis.port());
        RedisStore slow = await(RedisFixture.open(vertx, patient("redis://127.0.0.1:" + proxy.port())));
        await(RedisFixture.count(slow, 1));
        console.ask("SCRIPT", "FLUSH");
        proxy.holdAnswersFrom("Counts up, for tests.");
        Future<Response> counted = RedisFixture.count(slow, 1);
        assertThat(Await.until(
                        () -> console.ask("GET", RedisKeys.of(1, "count")).equals("2")))
                .as("the call does not wait until the script is loaded")
                .isTrue();
        proxy.passAnswers();
        assertThat(await(counted).toLong()).isEqualTo(2);
        await(slow.close());
    }

    @Test
    void script_that_redis_forgot_is_loaded_once_for_concurrent_calls(Vertx vertx) throws Exception {
        await(count(1));
        console.ask("SCRIPT", "FLUSH");
        console.ask("CONFIG", "RESETSTAT");
        await(ContextSwitch.runOn(
                vertx.getOrCreateContext(),
                () -> Future.all(IntStream.range(0, 50).mapToObj(i -> count(1)).toList())));
        String counted = console.ask("INFO", "commandstats");
        assertThat(counted.lines().filter(line -> line.startsWith("cmdstat_script")))
                .singleElement()
                .asString()
                .matches("cmdstat_script(\\|load)?:calls=[12],.*"); // the health check loads its own script
        assertThat(await(count(1)).toLong()).isEqualTo(52);
    }

    @Test
    void full_redis_is_unhealthy_and_applies_no_call() throws Exception {
        await(count(1));
        console.ask("CONFIG", "SET", "maxmemory", "1");
        assertThat(failure(count(1)).isNotApplied()).isTrue();
        assertThat(Await.until(() -> !store.healthy())).isTrue();
        console.ask("CONFIG", "SET", "maxmemory", "0");
        assertThat(Await.until(store::healthy)).isTrue();
        assertThat(await(count(1)).toLong()).isEqualTo(2);
    }

    @Test
    void demoted_master_is_unhealthy_until_it_is_promoted_again() throws Exception {
        await(count(1));
        try (RedisProcess other = RedisProcess.start()) {
            console.ask("REPLICAOF", "127.0.0.1", "" + other.port());
            assertThat(failure(count(1)).isNotApplied()).isTrue();
            assertThat(Await.until(() -> !store.healthy())).isTrue();
            console.ask("REPLICAOF", "NO", "ONE");
            assertThat(Await.until(store::healthy)).isTrue();
            assertThat(Await.until(() -> !failed(count(2)))).isTrue();
        }
    }

    /**
     * The master was cut off from its replicas, one of which has been promoted. It would accept our writes again as
     * soon as it is standalone.
     */
    @Test
    void master_without_its_required_replicas_is_abandoned_for_another(Vertx vertx) throws Exception {
        try (RedisProcess next = RedisProcess.start()) {
            RedisStore either = await(RedisFixture.open(vertx, patient(redis.uri() + ",127.0.0.1:" + next.port())));
            assertThat(await(RedisFixture.count(either, 1)).toLong()).isEqualTo(1);
            assertThat(console.ask("EXISTS", RedisKeys.of(1, "count"))).isEqualTo("1");
            console.ask("CONFIG", "SET", "min-replicas-to-write", "1");
            Future<Response> refused = RedisFixture.count(either, 1);
            if (failed(refused)) { // unless a probe has found it first
                assertThat(failure(refused).isNotApplied()).isTrue();
                assertThat(Await.until(() -> !failed(RedisFixture.count(either, 1))))
                        .isTrue();
            }
            assertThat(new RedisConsole(next).ask("GET", RedisKeys.of(1, "count")))
                    .isEqualTo("1");
            assertThat(Await.until(either::healthy)).isTrue();
            await(either.close());
        }
    }

    @Test
    void store_recovers_after_an_endless_script_of_another_client() throws Exception {
        await(count(1));
        console.ask("CONFIG", "SET", "lua-time-limit", "50");
        try (Socket endless = console.begin("EVAL", "while true do end", "0")) {
            assertThat(endless.isConnected()).isTrue();
            assertThat(Await.until(() -> !store.healthy())).isTrue();
            assertThat(failure(count(1)).isNotApplied()).isTrue();
            console.ask("SCRIPT", "KILL");
            assertThat(Await.until(store::healthy)).isTrue();
            assertThat(await(count(1)).toLong()).isEqualTo(2);
        }
    }

    /** Half the round trip as the moment of the answer would be ahead by half the stall. */
    @Test
    void store_time_is_never_ahead_of_the_clock_of_a_stalling_redis(Vertx vertx) throws Exception {
        RedisStore longTimeout = await(RedisFixture.open(vertx, patient(redis.uri())));
        redis.pause();
        Await.pass(Duration.ofMillis(1_200)); // two probes wait
        redis.goOn();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        long aheadMs = Long.MIN_VALUE;
        while (System.nanoTime() < until) {
            aheadMs = Math.max(aheadMs, longTimeout.millis() - System.currentTimeMillis());
        }
        assertThat(aheadMs).isLessThanOrEqualTo(0);
        assertThat(longTimeout.millis()).isGreaterThan(System.currentTimeMillis() - 1_000);
        await(longTimeout.close());
    }

    @Test
    void call_after_close_fails_and_is_not_applied() throws Exception {
        await(store.close());
        assertThat(store.healthy()).isFalse();
        assertThat(failure(count(1)).isNotApplied()).isTrue();
        assertThat(console.ask("EXISTS", RedisKeys.of(1, "count"))).isEqualTo("0");
    }

    private static String patient(String uri) {
        return "{'uri': '" + uri + "', 'waiting': " + WAITING + ", " + RedisFixture.PATIENT + "}";
    }

    private Future<Response> count(int lane) {
        return RedisFixture.count(store, lane);
    }

    /** The connected clients, without the one that asks. */
    private String clients() {
        return console.ask("CLIENT", "LIST", "TYPE", "normal")
                .lines()
                .filter(line -> !line.contains("cmd=client"))
                .map(line -> line.split(" ", 2)[0])
                .sorted()
                .reduce("", (all, each) -> all + each + "\n");
    }
}

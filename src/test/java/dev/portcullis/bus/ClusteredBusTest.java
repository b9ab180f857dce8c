package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.CountedMetrics;
import dev.portcullis.kit.LoopbackCluster;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusteredBusTest {
    private static final Question<Cry, Echo> CALL = new Question<>(
            Stage.ROOMS, "call", Cry.class, Echo.class, cry -> cry.text().hashCode());
    private static final BusConfig CONFIG = new BusConfig(
            60_000,
            1_000,
            16,
            new CircuitBreaker.Config(3, 5, 60_000, 60_000),
            new LinkSender.Config(65_536, 500, 100),
            60_000);

    /** No circuit breaker opens. */
    private static final BusConfig WATCHFUL =
            new BusConfig(60_000, 1_000, 1_000, new CircuitBreaker.Config(1_000, 1_000, 100, 100), CONFIG.link(), 50);

    private final LoopbackCluster cluster = new LoopbackCluster();
    private final CountedMetrics counted = new CountedMetrics();
    private Vertx vertx1;
    private Vertx vertx2;
    private Vertx vertx3;
    private Bus bus1;
    private Bus bus2;
    private Bus bus3;

    private record Cry(String text) {}

    private record Echo(String from, String text) {}

    @BeforeEach
    void open() throws Exception {
        vertx1 = cluster.join("n1");
        vertx2 = cluster.join("n2");
        vertx3 = cluster.join("n3");
        bus1 = new Bus(vertx1, "n1", CONFIG, counted.metrics());
        bus2 = new Bus(vertx2, "n2", CONFIG, counted.metrics());
        bus3 = new Bus(vertx3, "n3", CONFIG, counted.metrics());
    }

    @AfterEach
    void close() throws Exception {
        cluster.close();
    }

    @Test
    void question_goes_to_another_node_if_the_stage_does_not_run_here() throws Exception {
        echoes(bus2, 0);
        updatePeers(peer("n2", 1));
        assertThat(ready(bus1.ask(CALL, new Cry("hällo")))).isEqualTo(new Echo("n2", "hällo"));
        assertThat(bus1.inFlight(Stage.ROOMS)).isZero();
    }

    @Test
    void question_stays_on_this_node_if_the_stage_runs_here() throws Exception {
        echoes(bus1, 0);
        echoes(bus2, 0);
        updatePeers(peer("n2", 1));
        for (int i = 0; i < 20; i++) {
            assertThat(ready(bus1.ask(CALL, new Cry("room " + i))).from()).isEqualTo("n1");
        }
    }

    @Test
    void all_nodes_ask_the_same_instance_for_one_key() throws Exception {
        echoes(bus2, 0);
        echoes(bus3, 0);
        Vertx fourth = cluster.join("n4");
        Bus bus4 = new Bus(fourth, "n4", CONFIG);
        updatePeers(peer("n2", 1), peer("n3", 1));
        bus4.updatePeers(List.of(peer("n3", 1), peer("n2", 1)));
        Map<String, Integer> counts = new java.util.HashMap<>();
        for (int i = 0; i < 40; i++) {
            String from = ready(bus1.ask(CALL, new Cry("room " + i))).from();
            assertThat(ready(bus4.ask(CALL, new Cry("room " + i))).from()).isEqualTo(from);
            counts.merge(from, 1, Integer::sum);
        }
        assertThat(counts).containsOnlyKeys("n2", "n3");
    }

    @Test
    void specific_instance_of_another_node_can_be_asked() throws Exception {
        echoes(bus1, 0);
        echoes(bus2, 0);
        updatePeers(peer("n2", 1));
        assertThat(ready(bus1.askAt(CALL, "n2", 0, new Cry("you"))).from()).isEqualTo("n2");
        assertThat(failure(bus1.askAt(CALL, "n2", 1, new Cry("you")))).isEqualTo(Kind.NO_INSTANCE);
        assertThat(failure(bus1.askAt(CALL, "n9", 0, new Cry("you")))).isEqualTo(Kind.NO_INSTANCE);
    }

    @Test
    void nodes_of_a_stage_are_the_peers_that_run_it_and_this_one() throws Exception {
        echoes(bus1, 0);
        bus1.updatePeers(List.of(peer("n2", 2), peer("n3", 0), peer("n1", 7)));
        assertThat(bus1.nodesOf(Stage.ROOMS)).isEqualTo(Map.of("n1", 1, "n2", 2));
        bus1.updatePeers(List.of());
        assertThat(bus1.nodesOf(Stage.ROOMS)).isEqualTo(Map.of("n1", 1));
    }

    @Test
    void questions_go_to_another_node_when_the_local_instance_does_not_answer() throws Exception {
        ready(bus1.answer(CALL, 0, cry -> Promise.<Echo>promise().future()));
        echoes(bus2, 0);
        updatePeers(peer("n2", 1));
        askUntilBreakerOpens();
        assertThat(ready(bus1.ask(CALL, new Cry("x"))).from()).isEqualTo("n2");
    }

    @Test
    void paused_node_is_not_asked_while_another_one_answers_and_asked_again_when_it_goes_on() throws Exception {
        echoes(bus2, 0);
        echoes(bus3, 0);
        Bus asker = watchful("n4");
        Cry cry = cryTo("n2", asker);
        Runnable wake = cluster.stop(vertx2);
        Future<Echo> waiting = asker.ask(CALL, cry);
        assertThat(Await.until(() -> answererOf(asker, cry).equals("n3"))).isTrue();
        for (int i = 0; i < 20; i++) {
            assertThat(ready(asker.ask(CALL, cry)).from()).isEqualTo("n3");
        }
        wake.run();
        assertThat(ready(waiting).from()).isEqualTo("n2");
        assertThat(Await.until(() -> answererOf(asker, cry).equals("n2"))).isTrue();
    }

    /** A cluster that removes a dead node removes its addresses one after the other, before it tells that the node has gone. */
    @Test
    void paused_node_is_not_asked_while_the_cluster_forgets_it() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        echoes(bus2, 0);
        ready(bus3.answer(CALL, 0, cry -> {
            asked.incrementAndGet();
            return Future.succeededFuture(new Echo("n3", cry.text()));
        }));
        Bus asker = watchful("n4");
        Cry cry = cryTo("n2", asker);
        cluster.stop(vertx2);
        assertThat(Await.until(() -> answererOf(asker, cry).equals("n3"))).isTrue();
        cluster.forget("n2", "probe@n2");
        long forgottenAt = System.nanoTime();
        do {
            int before = asked.get();
            answererOf(asker, cry);
            assertThat(Await.until(() -> asked.get() > before))
                    .as("n3 is asked, however late its answer is")
                    .isTrue();
        } while (System.nanoTime() - forgottenAt < TimeUnit.MILLISECONDS.toNanos(3 * PeerAnswers.PROBE_MS));
    }

    @Test
    void node_whose_address_for_probes_is_lost_is_asked_again_after_a_while() throws Exception {
        AtomicBoolean silent = new AtomicBoolean();
        ready(bus2.answer(
                CALL,
                0,
                cry -> silent.get() ? Promise.<Echo>promise().future() : Future.succeededFuture(new Echo("n2", ""))));
        echoes(bus3, 0);
        Bus asker = watchful("n4");
        Cry cry = cryTo("n2", asker);
        cluster.forget("n2", "probe@n2");
        silent.set(true);
        assertThat(Await.until(() -> answererOf(asker, cry).equals("n3"))).isTrue();
        silent.set(false);
        assertThat(Await.until(() -> answererOf(asker, cry).equals("n2"))).isTrue();
    }

    /** A password is hashed for long, and a slow store makes each answer late: the node is not to blame. */
    @Test
    void node_that_answers_nothing_but_probes_is_asked_on() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        ready(bus2.answer(CALL, 0, cry -> {
            asked.incrementAndGet();
            return cry.text().isEmpty()
                    ? Future.succeededFuture(new Echo("n2", ""))
                    : Promise.<Echo>promise().future();
        }));
        echoes(bus3, 0);
        Bus asker = watchful("n4");
        Cry slow = IntStream.range(0, 100)
                .mapToObj(i -> new Cry("room " + i))
                .filter(cry -> answererOf(asker, cry).isEmpty())
                .findFirst()
                .orElseThrow();
        int before = asked.get();
        assertThat(Await.until(() -> answererOf(asker, slow).equals("n3"))).isTrue();
        assertThat(Await.until(() -> {
                    answererOf(asker, slow);
                    return asked.get() > before + 3;
                }))
                .isTrue();
    }

    private Bus watchful(String name) throws Exception {
        Bus bus = new Bus(cluster.join(name), name, WATCHFUL);
        bus.updatePeers(List.of(peer("n2", 1), peer("n3", 1)));
        return bus;
    }

    private static Cry cryTo(String node, Bus asker) {
        return IntStream.range(0, 100)
                .mapToObj(i -> new Cry("room " + i))
                .filter(cry -> answererOf(asker, cry).equals(node))
                .findFirst()
                .orElseThrow();
    }

    /** Empty if there is no answer within 100 ms. */
    private static String answererOf(Bus asker, Cry cry) {
        try {
            return ready(asker.asking(CALL).ask(cry, 100).map(Echo::from).otherwise(""));
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    /** A pause of this node makes every instance late. Open breakers would refuse its users a second longer. */
    @Test
    void timeouts_after_a_pause_of_this_node_open_no_breaker() throws Exception {
        ready(bus2.answer(CALL, 0, cry -> Promise.<Echo>promise().future()));
        updatePeers(peer("n2", 1));
        Runnable wake = cluster.stop(vertx1); // first, so that no question can time out before it
        List<Future<Echo>> asked = IntStream.range(0, 5)
                .mapToObj(i -> bus1.asking(CALL).ask(new Cry("x"), 100))
                .toList();
        long stoppedAt = System.nanoTime();
        assertThat(Await.until(() -> System.nanoTime() - stoppedAt > TimeUnit.MILLISECONDS.toNanos(600)))
                .isTrue();
        wake.run();
        asked.forEach(each -> assertThat(failure(each)).isEqualTo(Kind.TIMEOUT));
        assertThat(counted.count(Metric.BREAKERS_OPENED)).isEqualTo(0);
    }

    @Test
    void repeated_question_reaches_another_instance() throws Exception {
        ready(bus1.answer(CALL, 0, cry -> Promise.<Echo>promise().future()));
        echoes(bus2, 0);
        updatePeers(peer("n2", 1));
        RepeatableRequest<Cry, Echo> request = bus1.asking(CALL);
        assertThat(failure(request.ask(new Cry("x"), 50))).isEqualTo(Kind.TIMEOUT);
        assertThat(request.hasOthers()).isTrue();
        assertThat(ready(request.ask(new Cry("x"), 60_000)).from()).isEqualTo("n2");
        assertThat(request.hasOthers()).isFalse();
        assertThat(failure(request.ask(new Cry("x"), 50)))
                .as("from the beginning")
                .isEqualTo(Kind.TIMEOUT);
    }

    /** No consumer has that address any more, so the question was not received and may go to another node. */
    @Test
    void no_question_fails_when_a_node_has_left() throws Exception {
        echoes(bus2, 0);
        echoes(bus3, 0);
        updatePeers(peer("n2", 1), peer("n3", 1));
        for (int i = 0; i < 10; i++) {
            ready(bus1.ask(CALL, new Cry("room " + i)));
        }
        ready(vertx2.close());
        for (int i = 0; i < 10; i++) {
            assertThat(ready(bus1.ask(CALL, new Cry("room " + i))).from()).isEqualTo("n3");
        }
    }

    @Test
    void questions_to_a_stopped_node_time_out_and_then_fail_at_once() throws Exception {
        echoes(bus2, 0);
        updatePeers(peer("n2", 1));
        ready(bus1.ask(CALL, new Cry("well")));
        cluster.stop(vertx2);
        askUntilBreakerOpens();
        Future<Echo> refused = bus1.ask(CALL, new Cry("x"));
        assertThat(refused.isComplete()).as("at once").isTrue();
        assertThat(failure(refused)).isEqualTo(Kind.NO_INSTANCE);
        assertThat(bus1.inFlight(Stage.ROOMS)).isZero();
    }

    @Test
    void questions_beyond_the_limit_of_one_node_go_to_another() throws Exception {
        ready(bus2.answer(CALL, 0, cry -> Promise.<Echo>promise().future()));
        updatePeers(peer("n2", 1));
        IntStream.range(0, 16).forEach(i -> bus1.ask(CALL, new Cry("x")));
        assertThat(failure(bus1.ask(CALL, new Cry("one more")))).isEqualTo(Kind.OVERLOADED);
        echoes(bus3, 0);
        updatePeers(peer("n2", 1), peer("n3", 1));
        assertThat(ready(bus1.ask(CALL, new Cry("x"))).from()).isEqualTo("n3");
    }

    /** The store is down for every instance: one that fails at once may be asked again at once. */
    @Test
    void failing_instance_is_still_asked_when_no_other_is_available() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Promise<Boolean> healed = Promise.promise();
        ready(bus1.answer(CALL, 0, cry -> {
            asked.incrementAndGet();
            return healed.future().isComplete()
                    ? Future.succeededFuture(new Echo("n1", cry.text()))
                    : Future.failedFuture("no store");
        }));
        for (int i = 0; i < 10; i++) {
            assertThat(failure(bus1.ask(CALL, new Cry("x")))).isEqualTo(Kind.FAILED);
        }
        assertThat(asked).hasValue(10);
        healed.complete(true);
        assertThat(ready(bus1.ask(CALL, new Cry("x"))).from()).isEqualTo("n1");
    }

    @Test
    void failure_of_a_remote_instance_reveals_no_cause() throws Exception {
        ready(bus2.answer(CALL, 0, cry -> Future.failedFuture("the password is swordfish")));
        updatePeers(peer("n2", 1));
        Future<Echo> answer = bus1.ask(CALL, new Cry("?"));
        assertThat(failure(answer)).isEqualTo(Kind.FAILED);
        assertThat(answer.cause()).hasMessage("rooms: FAILED").hasNoCause();
    }

    /** A process that reaches the bus must not choose the class that its bytes become (CWE-502). */
    @Test
    void foreign_messages_are_refused_and_do_no_harm() throws Exception {
        BlockingQueue<Cry> acted = new LinkedBlockingQueue<>();
        ready(bus2.answer(CALL, 0, cry -> {
            acted.add(cry);
            return Future.succeededFuture(new Echo("n2", cry.text()));
        }));
        String address = CALL.address("n2", 0);
        Vertx foreign = cluster.join("foreign");
        foreign.eventBus()
                .registerDefaultCodec(LocalRequest.class, new ForgedCodec<>(LocalRequest.class))
                .serializableChecker(any -> true);
        List<Object> bodies = List.of(
                Buffer.buffer(),
                Buffer.buffer(new byte[64]),
                "text",
                new java.util.ArrayList<>(List.of("serialised")),
                new LocalRequest<>(
                        new Cry("forged"),
                        Long.MAX_VALUE,
                        Echo.class,
                        Promise.promise(),
                        new UnansweredRequests(foreign)));
        for (Object body : bodies) {
            Throwable refused = catchThrowable(() ->
                    ready(foreign.eventBus().request(address, body, new DeliveryOptions().setSendTimeout(20_000))));
            assertThat(refused).as("%s", body.getClass()).hasMessage("");
        }
        assertThat(counted.count(Metric.BUS_UNDECODABLE)).isEqualTo(bodies.size());
        assertThat(acted).isEmpty();
        updatePeers(peer("n2", 1));
        assertThat(ready(bus1.ask(CALL, new Cry("still there"))).from()).isEqualTo("n2");
    }

    @Test
    void undecodable_answer_is_a_failure() throws Exception {
        ready(vertx2.eventBus()
                .consumer(CALL.address("n2", 0), message -> message.reply(Buffer.buffer("what?")))
                .completion());
        updatePeers(peer("n2", 1));
        assertThat(failure(bus1.ask(CALL, new Cry("x")))).isEqualTo(Kind.FAILED);
        assertThat(counted.count(Metric.BUS_UNDECODABLE)).isEqualTo(1);
    }

    /** Hazelcast can lose registrations permanently. */
    @Test
    void addresses_that_the_cluster_lost_can_be_registered_again() throws Exception {
        echoes(bus2, 0);
        updatePeers(peer("n2", 1));
        cluster.forget("n2");
        assertThat(failure(bus1.askAt(CALL, "n2", 0, new Cry("x")))).isEqualTo(Kind.NO_INSTANCE);
        ready(bus2.reregister());
        assertThat(ready(bus1.askAt(CALL, "n2", 0, new Cry("x"))).from()).isEqualTo("n2");
    }

    /** Three timeouts open the breaker. One that ends far too late does not count, which happens on a busy machine. */
    private void askUntilBreakerOpens() {
        AtomicInteger timeouts = new AtomicInteger();
        assertThat(Await.until(() -> {
                    assertThat(failure(bus1.asking(CALL).ask(new Cry("x"), 100)))
                            .isEqualTo(Kind.TIMEOUT);
                    timeouts.incrementAndGet();
                    return counted.count(Metric.BREAKERS_OPENED) > 0;
                }))
                .isTrue();
        assertThat(timeouts.get()).isGreaterThanOrEqualTo(3);
        assertThat(counted.count(Metric.BREAKERS_OPENED)).isEqualTo(1);
    }

    private void updatePeers(PeerNode... peers) {
        bus1.updatePeers(List.of(peers));
    }

    private static PeerNode peer(String node, int rooms) {
        return new PeerNode(node, Map.of(Stage.ROOMS, rooms));
    }

    private static void echoes(Bus bus, int instance) throws Exception {
        Function<Cry, Future<Echo>> echo = cry -> Future.succeededFuture(new Echo(bus.node(), cry.text()));
        ready(bus.answer(CALL, instance, echo));
    }

    private static <T> T ready(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }

    private static Kind failure(Future<?> future) {
        Throwable thrown = catchThrowable(() -> future.await(30, TimeUnit.SECONDS));
        assertThat(thrown).isInstanceOf(BusFailure.class);
        return ((BusFailure) thrown).kind();
    }
}

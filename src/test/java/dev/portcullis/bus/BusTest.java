package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.kit.CountedMetrics;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.junit5.Checkpoint;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class BusTest {
    private static final int IN_FLIGHT = 16;

    /** Longer than any test waits: a timeout in a test comes from a shorter limit. */
    private static final long LONG_MS = 60_000;

    private static final long SHORT_MS = 500;
    private static final Question<Cry, Echo> CALL = new Question<>(
            Stage.ROOMS, "call", Cry.class, Echo.class, cry -> cry.text().hashCode());
    private static final Question<Cry, Echo> ELSEWHERE =
            new Question<>(Stage.AUTH, "call", Cry.class, Echo.class, cry -> 0);
    private static final Notice<Cry> NEWS = new Notice<>(Stage.EDGE, "news", Cry.class);

    private final CountedMetrics counted = new CountedMetrics();
    private Vertx vertx;
    private Bus bus;

    private record Cry(String text) {}

    private record Echo(int instance, Cry cry) {}

    @BeforeEach
    void open(Vertx fresh) {
        vertx = fresh;
        bus = bus(fresh, LONG_MS);
    }

    @Test
    void question_and_answer_within_a_node_are_not_copied(VertxTestContext context) {
        Checkpoint asked = context.checkpoint();
        Checkpoint answered = context.checkpoint();
        Cry cry = new Cry("there");
        Echo echo = new Echo(0, new Cry("back"));
        bus.answer(CALL, 0, question -> {
                    context.verify(() -> assertThat(question).isSameAs(cry));
                    asked.flag();
                    return Future.succeededFuture(echo);
                })
                .compose(any -> bus.ask(CALL, cry))
                .onComplete(context.succeeding(answer -> {
                    assertThat(answer).isSameAs(echo);
                    answered.flag();
                }));
    }

    @Test
    void questions_with_one_key_reach_one_instance_and_keys_are_spread_over_all() throws Exception {
        for (int i = 0; i < 3; i++) {
            echoes(i);
        }
        Map<Integer, Integer> counts = new java.util.HashMap<>();
        for (int i = 0; i < 60; i++) {
            Cry cry = new Cry("room " + i);
            int first = ready(bus.ask(CALL, cry)).instance();
            assertThat(ready(bus.ask(CALL, new Cry("room " + i))).instance())
                    .as("again")
                    .isEqualTo(first);
            counts.merge(first, 1, Integer::sum);
        }
        assertThat(counts).containsOnlyKeys(0, 1, 2);
        assertThat(counts.values()).allMatch(questions -> questions >= 5);
    }

    /** A count that is not released would add up until no question may be sent any more. */
    @Test
    void question_that_cannot_be_sent_is_not_counted_as_in_flight() throws Exception {
        echoes(0);
        ready(vertx.close());
        for (int i = 0; i < IN_FLIGHT + 1; i++) {
            assertThat(failure(bus.ask(CALL, new Cry("x")))).isEqualTo(Kind.FAILED);
        }
        assertThat(bus.inFlight(Stage.ROOMS)).isZero();
    }

    @Test
    void specific_instance_can_be_asked() throws Exception {
        for (int i = 0; i < 3; i++) {
            echoes(i);
        }
        Cry cry = new Cry("same key");
        for (int i = 0; i < 3; i++) {
            assertThat(ready(bus.askAt(CALL, bus.node(), i, cry)).instance()).isEqualTo(i);
        }
        assertThat(failure(bus.askAt(CALL, bus.node(), 3, cry))).isEqualTo(Kind.NO_INSTANCE);
    }

    @Test
    void question_to_an_unknown_stage_fails_at_once_with_no_instance() {
        assertThat(failure(bus.ask(CALL, new Cry("hello?")))).isEqualTo(Kind.NO_INSTANCE);
        assertThat(bus.inFlight(Stage.ROOMS)).isZero();
    }

    /** Else a planned stop of a stage would hold each question up to its deadline. */
    @Test
    void question_to_an_instance_that_has_ended_fails_at_once_with_no_instance() throws Exception {
        String stage = ready(vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                return bus.answer(CALL, 0, cry -> Future.succeededFuture(new Echo(0, cry)));
            }
        }));
        ready(bus.ask(CALL, new Cry("there?")));
        ready(vertx.undeploy(stage));
        assertThat(failure(bus.ask(CALL, new Cry("still there?")))).isEqualTo(Kind.NO_INSTANCE);
        assertThat(bus.inFlight(Stage.ROOMS)).isZero();
    }

    @Test
    void addresses_differ_by_node_stage_and_instance() {
        assertThat(CALL.address("n1", 0)).isNotEqualTo(CALL.address("n2", 0));
        assertThat(CALL.address("n1", 1)).isNotEqualTo(CALL.address("n1", 11));
        assertThat(CALL.address("n1", 0)).isNotEqualTo(ELSEWHERE.address("n1", 0));
    }

    @Test
    void question_without_an_answer_in_time_times_out_and_leaves_nothing_in_flight() throws Exception {
        Promise<Echo> answer = Promise.promise();
        ready(bus.answer(CALL, 0, cry -> answer.future()));
        assertThat(failure(bus.asking(CALL).ask(new Cry("slow"), SHORT_MS))).isEqualTo(Kind.TIMEOUT);
        assertThat(bus.inFlight(Stage.ROOMS)).isZero();
        answer.complete(new Echo(0, new Cry("at last"))); // no caller is left
        echoes(1);
        assertThat(ready(bus.askAt(CALL, bus.node(), 1, new Cry("next"))).cry()).isEqualTo(new Cry("next"));
        assertThat(bus.inFlight(Stage.ROOMS)).isZero();
    }

    @Test
    void shorter_timeout_of_a_caller_counts() throws Exception {
        ready(bus.answer(CALL, 0, cry -> Promise.<Echo>promise().future()));
        long startedAt = System.nanoTime();
        assertThat(failure(bus.asking(CALL).ask(new Cry("quick"), 50))).isEqualTo(Kind.TIMEOUT);
        assertThat(System.nanoTime() - startedAt).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
    }

    @Test
    void longer_timeout_of_a_caller_does_not_count() throws Exception {
        Vertx another = Vertx.vertx(); // one has one bus
        try {
            Bus shortDeadlineBus = bus(another, SHORT_MS);
            ready(shortDeadlineBus.answer(
                    CALL, 0, cry -> Promise.<Echo>promise().future()));
            assertThat(failure(shortDeadlineBus.asking(CALL).ask(new Cry("slow"), LONG_MS)))
                    .isEqualTo(Kind.TIMEOUT);
        } finally {
            ready(another.close());
        }
    }

    /** A disk that hangs makes every question time out. When it recovers, no question may be refused for that. */
    @Test
    void only_instance_is_asked_despite_repeated_timeouts() throws Exception {
        Promise<Echo> answer = Promise.promise();
        ready(bus.answer(CALL, 0, cry -> answer.future()));
        for (int i = 0; i < 5; i++) {
            assertThat(failure(bus.asking(CALL).ask(new Cry("slow"), 100))).isEqualTo(Kind.TIMEOUT);
        }
        answer.complete(new Echo(0, new Cry("well")));
        assertThat(ready(bus.ask(CALL, new Cry("again"))).cry()).isEqualTo(new Cry("well"));
    }

    @Test
    void shorter_timeout_counts_beside_a_question_that_waits_longer() throws Exception {
        ready(bus.answer(CALL, 0, cry -> Promise.<Echo>promise().future()));
        Future<Echo> patient = bus.ask(CALL, new Cry("patient"));
        assertThat(failure(bus.asking(CALL).ask(new Cry("quick"), 50))).isEqualTo(Kind.TIMEOUT);
        assertThat(failure(bus.asking(CALL).ask(new Cry("quick again"), 50))).isEqualTo(Kind.TIMEOUT);
        assertThat(patient.isComplete()).isFalse();
    }

    /** Timers that a verticle has set end with it. */
    @Test
    void question_times_out_although_the_verticle_that_asked_before_it_has_ended() throws Exception {
        ready(bus.answer(CALL, 0, cry -> Promise.<Echo>promise().future()));
        Promise<Context> loop = Promise.promise();
        String ended = ready(vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                loop.complete(context);
                bus.asking(CALL).ask(new Cry("of the verticle"), SHORT_MS);
                return Future.succeededFuture();
            }
        }));
        Promise<Kind> late = Promise.promise();
        ready(loop.future())
                .runOnContext(any -> bus.asking(CALL)
                        .ask(new Cry("of another"), SHORT_MS)
                        .onFailure(failure -> late.complete(((BusFailure) failure).kind())));
        ready(vertx.undeploy(ended));
        assertThat(ready(late.future())).isEqualTo(Kind.TIMEOUT);
    }

    /** A loop answers a frame the sooner, the fewer turns each of its questions takes. */
    @Test
    void question_within_an_event_loop_takes_one_turn_with_its_answer(VertxTestContext context) {
        Context loop = vertx.getOrCreateContext();
        loop.runOnContext(first -> bus.answer(CALL, 0, cry -> Future.succeededFuture(new Echo(0, cry)))
                .onComplete(context.succeeding(ready -> {
                    Future<Echo> answer = bus.ask(CALL, new Cry("at once"));
                    loop.runOnContext(second -> context.verify(() -> {
                        assertThat(answer.succeeded()).isTrue();
                        context.completeNow();
                    }));
                })));
    }

    /** A caller that got a failure must not find the question done afterwards. */
    @Test
    void question_read_after_its_deadline_is_not_acted_on() throws Exception {
        BlockingQueue<Cry> acted = new LinkedBlockingQueue<>();
        CountDownLatch blocked = new CountDownLatch(1);
        Context here = vertx.getOrCreateContext(); // the caller's, on another event loop than a verticle deployed next
        Promise<Context> stage = Promise.promise();
        ready(vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                stage.complete(context);
                return bus.answer(CALL, 0, cry -> {
                    acted.add(cry);
                    return Future.succeededFuture(new Echo(0, cry));
                });
            }
        }));
        assertThat(ready(stage.future())).isNotEqualTo(here);
        ready(stage.future()).runOnContext(any -> await(blocked));
        assertThat(failure(bus.asking(CALL).ask(new Cry("stale"), SHORT_MS))).isEqualTo(Kind.TIMEOUT);
        blocked.countDown();
        ready(bus.ask(CALL, new Cry("fresh")));
        assertThat(acted).containsExactly(new Cry("fresh"));
    }

    @Test
    void failure_of_an_instance_reveals_no_cause() throws Exception {
        ready(bus.answer(CALL, 0, cry -> Future.failedFuture("the password is swordfish")));
        ready(bus.answer(CALL, 1, cry -> {
            throw new IllegalStateException("the password is swordfish");
        }));
        for (int instance = 0; instance < 2; instance++) {
            Future<Echo> answer = bus.askAt(CALL, bus.node(), instance, new Cry("?"));
            assertThat(failure(answer)).isEqualTo(Kind.FAILED);
            assertThat(answer.cause()).hasMessage("rooms: FAILED").hasNoCause();
        }
        assertThat(bus.inFlight(Stage.ROOMS)).isZero();
    }

    /** Clients can cause such answers, and must not take the instance from all others with them. */
    @Test
    void instance_that_answers_unavailable_is_asked_on() throws Exception {
        assertThat(askedOf(new AnswerUnavailable("a server does not answer"))).isEqualTo(60);
    }

    @Test
    void instance_that_fails_is_not_asked_on() throws Exception {
        assertThat(askedOf(new IllegalStateException("broken"))).isLessThan(60);
    }

    private int askedOf(RuntimeException failure) throws Exception {
        echoes(1);
        List<Cry> asked = new ArrayList<>();
        ready(bus.answer(CALL, 0, cry -> {
            asked.add(cry);
            return Future.failedFuture(failure);
        }));
        int key = IntStream.range(0, 1_000)
                .filter(i -> catchThrowable(() -> ready(bus.ask(CALL, new Cry("room " + i)))) != null)
                .findFirst()
                .orElseThrow();
        asked.clear();
        for (int i = 0; i < 60; i++) {
            Throwable unanswered = catchThrowable(() -> ready(bus.ask(CALL, new Cry("room " + key))));
            assertThat(unanswered == null || (unanswered instanceof BusFailure why && why.kind() == Kind.FAILED))
                    .isTrue();
        }
        return asked.size();
    }

    @Test
    void question_beyond_the_in_flight_limit_is_refused_until_others_are_answered() throws Exception {
        Promise<Echo> gate = Promise.promise();
        Queue<Cry> asked = new ConcurrentLinkedQueue<>();
        ready(bus.answer(CALL, 0, cry -> {
            asked.add(cry);
            return gate.future();
        }));
        List<Future<Echo>> waiting = IntStream.range(0, IN_FLIGHT)
                .mapToObj(i -> bus.ask(CALL, new Cry("in " + i)))
                .toList();
        assertThat(bus.inFlight(Stage.ROOMS)).isEqualTo(IN_FLIGHT);
        Future<Echo> refused = bus.ask(CALL, new Cry("too much"));
        assertThat(refused.isComplete()).as("at once").isTrue();
        assertThat(failure(refused)).isEqualTo(Kind.OVERLOADED);

        gate.complete(new Echo(0, new Cry("open")));
        for (Future<Echo> each : waiting) {
            ready(each);
        }
        assertThat(bus.inFlight(Stage.ROOMS)).isZero();
        ready(bus.ask(CALL, new Cry("room again")));
        assertThat(asked).hasSize(IN_FLIGHT + 1).doesNotContain(new Cry("too much"));
    }

    @Test
    void overload_of_one_stage_does_not_affect_another() throws Exception {
        ready(bus.answer(CALL, 0, cry -> Promise.<Echo>promise().future()));
        ready(bus.answer(ELSEWHERE, 0, cry -> Future.succeededFuture(new Echo(0, cry))));
        IntStream.range(0, IN_FLIGHT).forEach(i -> bus.ask(CALL, new Cry("in " + i)));
        assertThat(failure(bus.ask(CALL, new Cry("more")))).isEqualTo(Kind.OVERLOADED);
        ready(bus.ask(ELSEWHERE, new Cry("free")));
    }

    @Test
    void only_a_timed_out_or_failed_question_may_have_run() {
        assertThat(Kind.values()).filteredOn(Kind::mayHaveRun).containsExactly(Kind.TIMEOUT, Kind.FAILED);
    }

    @Test
    void notice_reaches_only_its_instance_and_is_not_copied(VertxTestContext context) throws Exception {
        Cry notice = new Cry("news");
        ready(bus.subscribe(NEWS, 0, other -> context.failNow("another instance has " + other)));
        ready(bus.subscribe(NEWS, 1, received -> {
            context.verify(() -> assertThat(received).isSameAs(notice));
            context.completeNow();
        }));
        bus.send(NEWS, bus.node(), 2, new Cry("to no instance"));
        bus.send(NEWS, bus.node(), 1, notice);
    }

    @Test
    void every_question_that_was_sent_is_timed_and_no_other() throws Exception {
        ready(bus.answer(CALL, 0, cry -> switch (cry.text()) {
            case "good" -> Future.succeededFuture(new Echo(0, cry));
            case "bad" -> Future.failedFuture("broken");
            default -> Promise.<Echo>promise().future();
        }));
        ready(bus.ask(CALL, new Cry("good")));
        assertThat(failure(bus.ask(CALL, new Cry("bad")))).isEqualTo(Kind.FAILED);
        assertThat(failure(bus.asking(CALL).ask(new Cry("late"), SHORT_MS))).isEqualTo(Kind.TIMEOUT);
        assertThat(failure(bus.ask(ELSEWHERE, new Cry("no instance")))).isEqualTo(Kind.NO_INSTANCE);
        Timer timed = counted.timer(Metric.BUS_REQUEST, Stage.ROOMS.id());
        assertThat(timed.count()).isEqualTo(3);
        assertThat(timed.max(TimeUnit.MILLISECONDS)).isGreaterThanOrEqualTo(SHORT_MS);
        assertThat(counted.timer(Metric.BUS_REQUEST, Stage.AUTH.id()).count()).isZero();
    }

    private Bus bus(Vertx vertx, long deadlineMs) {
        return new Bus(vertx, "n1", new BusConfig(deadlineMs, IN_FLIGHT), counted.metrics());
    }

    private void echoes(int instance) throws Exception {
        Function<Cry, Future<Echo>> echo = cry -> Future.succeededFuture(new Echo(instance, cry));
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

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}

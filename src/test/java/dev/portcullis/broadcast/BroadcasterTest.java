package dev.portcullis.broadcast;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class BroadcasterTest {
    private static final int TIMEOUT_MS = 30_000;
    private static final int SHORT_MS = 2_500; // long enough for a first attempt to arrive on a busy machine
    private static final int DEADLINE_MS = 60_000;
    private static final int IN_FLIGHT = 16;
    private static final PublishResult UNKNOWN = PublishResult.refused(Reason.UNAVAILABLE);
    private static final StreamName ROOM = StreamName.room(BroadcastFixture.LOBBY);

    private final List<PublishRequest> attempts = new CopyOnWriteArrayList<>();
    private final List<Long> attemptedAt = new CopyOnWriteArrayList<>();
    private final SettableFence fence = new SettableFence();
    private Vertx vertx;
    private Bus bus;
    private Broadcaster broadcaster;

    @BeforeEach
    void open(Vertx fresh) {
        begin(fresh, DEADLINE_MS);
    }

    @Test
    void publish_request_is_complete_before_the_first_attempt() throws Exception {
        answering(i -> acked(1));
        long before = System.currentTimeMillis();
        assertThat(publish(Optional.of("my-id"))).isInstanceOf(PublishResult.Acked.class);
        PublishRequest request = attempts.get(0);
        assertThat(request.from()).isEqualTo(BroadcastFixture.ANN);
        assertThat(request.publication()).isEqualTo(BroadcastFixture.HELLO_TEXT);
        assertThat(request.key()).isEqualTo("my-id");
        assertThat(request.messageId()).hasSize(36);
        assertThat(request.notAfter()).isBetween(before + TIMEOUT_MS, System.currentTimeMillis() + TIMEOUT_MS);
    }

    @Test
    void frame_without_an_id_is_repeated_under_its_message_id() throws Exception {
        answering(i -> acked(i));
        publish(Optional.empty());
        publish(Optional.empty());
        assertThat(attempts).allMatch(request -> request.key().equals(request.messageId()));
        assertThat(attempts.get(0).key()).isNotEqualTo(attempts.get(1).key());
    }

    @Test
    void refusal_is_not_retried() throws Exception {
        answering(i -> Future.succeededFuture(PublishResult.refused(Reason.CONFLICT)));
        assertThat(publish(Optional.of("x"))).isEqualTo(PublishResult.refused(Reason.CONFLICT));
        assertThat(attempts).hasSize(1);
    }

    @Test
    void failed_attempt_is_repeated_with_the_same_request() throws Exception {
        answering(i -> i < 3 ? Future.failedFuture("broken") : acked(9));
        assertThat(publish(Optional.of("x"))).isEqualTo(acked(9).result());
        assertThat(attempts).hasSize(3);
        assertThat(attempts).allMatch(request -> request.equals(attempts.get(0)));
    }

    @Test
    void timed_out_attempt_is_repeated_with_the_same_request() throws Exception {
        Vertx another = Vertx.vertx(); // one has one bus
        try {
            begin(another, 200);
            answering(i -> i == 1 ? Promise.<PublishResult>promise().future() : acked(9));
            assertThat(publish(Optional.of("x"))).isEqualTo(acked(9).result());
            assertThat(attempts).hasSizeGreaterThan(1).allMatch(request -> request.equals(attempts.get(0)));
        } finally {
            done(another.close());
        }
    }

    /** An instance that dies with the question costs one deadline, not the whole publish timeout. */
    @Test
    void each_attempt_goes_to_an_instance_not_asked_before() throws Exception {
        Vertx another = Vertx.vertx();
        try {
            begin(another, SHORT_MS);
            List<Integer> instances = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 3; i++) {
                answerOnThirdAttempt(i, instances);
            }
            assertThat(publish(Optional.of("x"))).isEqualTo(acked(9).result());
            assertThat(instances.subList(0, 3)).containsExactlyInAnyOrder(0, 1, 2);
        } finally {
            done(another.close());
        }
    }

    private void answerOnThirdAttempt(int instance, List<Integer> instances) throws Exception {
        done(bus.answer(Broadcaster.PUBLISH, instance, request -> {
            instances.add(instance);
            return instances.size() < 3 ? Promise.<PublishResult>promise().future() : acked(9);
        }));
    }

    @Test
    void pauses_between_attempts_grow() throws Exception {
        answering(i -> i < 4 ? Future.failedFuture("broken") : acked(1));
        publish(Optional.of("x"));
        for (int i = 1; i < attemptedAt.size(); i++) {
            assertThat(attemptedAt.get(i) - attemptedAt.get(i - 1)).isGreaterThanOrEqualTo(90L << (i - 1));
        }
    }

    /** If it came earlier, an attempt could still succeed after the sender's next frame. */
    @Test
    void unavailable_is_returned_only_when_no_attempt_can_succeed_any_more() throws Exception {
        answering(i -> Future.failedFuture("broken"));
        broadcaster = broadcaster(SHORT_MS);
        assertThat(publish(Optional.of("x"))).isEqualTo(UNKNOWN);
        assertThat(System.currentTimeMillis()).isGreaterThan(attempts.get(0).notAfter());
        assertThat(attempts).hasSizeGreaterThan(1);
    }

    /** Happens when another Redis takes over whose clock is behind. */
    @Test
    void clock_set_back_does_not_prolong_the_attempts() throws Exception {
        answering(i -> Future.failedFuture("broken"));
        AtomicLong clock = new AtomicLong(1_700_000_000_000L);
        broadcaster = new Broadcaster(vertx, bus, BroadcastFixture.config(500, 65_536), () -> clock.getAndAdd(-60_000));
        assertThat(publish(Optional.of("x"))).isEqualTo(UNKNOWN);
    }

    /** Otherwise a node paused behind its gate could append for a session that ended meanwhile (CWE-367). */
    @Test
    void not_after_of_each_attempt_is_bounded_by_the_fence_of_its_sender() throws Exception {
        answering(i -> i == 1 ? Future.failedFuture("broken") : acked(1));
        fence.current = System.currentTimeMillis() + 7;
        assertThat(publish(Optional.of("x"))).isInstanceOf(PublishResult.Acked.class);
        assertThat(attempts).hasSize(2).allMatch(request -> request.notAfter() == fence.current);
    }

    @Test
    void expired_attempt_is_repeated_under_its_key_when_the_session_is_live() throws Exception {
        long past = System.currentTimeMillis() - 1;
        fence.current = past;
        fence.renewed = () -> Future.succeededFuture(past + 1_000);
        answering(i -> i == 1 ? Future.succeededFuture(new PublishResult.Expired()) : acked(1));
        assertThat(publish(Optional.of("x"))).isInstanceOf(PublishResult.Acked.class);
        assertThat(attempts).extracting(PublishRequest::key).containsExactly("x", "x");
        assertThat(attempts)
                .extracting(PublishRequest::messageId)
                .containsOnly(attempts.get(0).messageId());
        assertThat(attempts.get(1).notAfter()).isBetween(past + 1, past + 1_000);
    }

    @Test
    void message_whose_permission_is_out_of_date_is_permitted_again_and_keeps_its_key() throws Exception {
        answering(i -> i < 3 ? Future.succeededFuture(new PublishResult.Changed()) : acked(1));
        List<Permit> permits = List.of(permit("1"), permit("2"));
        AtomicInteger asked = new AtomicInteger();
        RenewablePermit permission = new RenewablePermit(
                permit("0"), () -> Future.succeededFuture(Verdict.granted(permits.get(asked.getAndIncrement()))));
        assertThat(publish(permission)).isInstanceOf(PublishResult.Acked.class);
        assertThat(attempts).extracting(PublishRequest::permit).containsExactly(permit("0"), permit("1"), permit("2"));
        assertThat(attempts)
                .extracting(PublishRequest::messageId)
                .containsOnly(attempts.get(0).messageId());
        assertThat(attempts)
                .extracting(PublishRequest::key)
                .containsOnly(attempts.get(0).key());
    }

    @Test
    void message_that_is_not_permitted_any_more_is_refused_by_the_rule() throws Exception {
        answering(i -> Future.succeededFuture(new PublishResult.Changed()));
        RenewablePermit muted =
                new RenewablePermit(permit("0"), () -> Future.succeededFuture(Verdict.refused(Rejection.muted())));
        assertThat(publish(muted)).isEqualTo(new PublishResult.Refused(Rejection.muted()));
        assertThat(attempts).hasSize(1);
    }

    @Test
    void message_whose_permission_changes_each_time_or_can_not_be_asked_for_is_given_up() throws Exception {
        answering(i -> Future.succeededFuture(new PublishResult.Changed()));
        RenewablePermit changing =
                new RenewablePermit(permit("0"), () -> Future.succeededFuture(Verdict.granted(permit("0"))));
        assertThat(publish(changing)).isEqualTo(UNKNOWN);
        assertThat(attempts).hasSizeBetween(2, 20);
        attempts.clear();
        assertThat(publish(new RenewablePermit(permit("0"), () -> Future.failedFuture("no stage"))))
                .isEqualTo(UNKNOWN);
        assertThat(attempts).hasSize(1);
    }

    private PublishResult publish(RenewablePermit permission) throws Exception {
        return publish(Optional.empty(), permission).await(50, TimeUnit.SECONDS);
    }

    private static Permit permit(String value) {
        return new Permit(List.of(new Permit.Row("t", "", "k", Optional.of(value))), List.of(), List.of());
    }

    @Test
    void expired_attempt_of_an_ended_session_is_not_repeated() throws Exception {
        fence.renewed = () -> Future.failedFuture("over");
        answering(i -> Future.succeededFuture(new PublishResult.Expired()));
        assertThat(publish(Optional.of("x"))).isEqualTo(UNKNOWN);
        assertThat(attempts).hasSize(1);
    }

    @Test
    void message_that_always_expires_is_tried_a_few_times_with_pauses() throws Exception {
        fence.renewed = () -> Future.succeededFuture(Long.MAX_VALUE);
        answering(i -> Future.succeededFuture(new PublishResult.Expired()));
        broadcaster = broadcaster(SHORT_MS);
        assertThat(publish(Optional.of("x")).<Object>fold(acked -> acked, why -> why))
                .isEqualTo(Rejection.unavailable());
        assertThat(attempts).hasSizeBetween(2, 7);
    }

    @Test
    void message_without_a_current_fence_is_not_attempted() throws Exception {
        answering(i -> acked(1));
        fence.stale = true;
        assertThat(publish(Optional.of("x"))).isEqualTo(UNKNOWN);
        assertThat(attempts).isEmpty();
    }

    @Test
    void history_read_fails_when_its_answer_is_due() throws Exception {
        done(bus.answer(
                Broadcaster.HISTORY,
                0,
                request -> Promise.<HistoryResult>promise().future()));
        HistoryQuery query =
                new HistoryQuery(BroadcastFixture.ANN.userId(), ROOM, Optional.empty(), Optional.empty(), 50, false);
        assertThat(catchThrowable(() -> done(broadcaster.history(query, 200))))
                .as("the bus would wait for a minute")
                .isInstanceOf(BusFailure.class);
    }

    @Test
    void slow_instance_does_not_delay_the_outcome_beyond_the_publish_timeout() throws Exception {
        answering(i -> Promise.<PublishResult>promise().future());
        broadcaster = broadcaster(SHORT_MS);
        long startedAt = System.nanoTime();
        assertThat(publish(Optional.of("x"))).isEqualTo(UNKNOWN);
        assertThat(System.currentTimeMillis()).isGreaterThan(attempts.get(0).notAfter());
        assertThat(System.nanoTime() - startedAt)
                .as("the bus would have waited for a minute")
                .isLessThan(TimeUnit.SECONDS.toNanos(40));
    }

    @Test
    void message_without_any_instance_is_unavailable_at_once() {
        assertAtOnceUnknown();
    }

    @Test
    void message_beyond_the_in_flight_limit_is_unavailable_at_once() throws Exception {
        answering(i -> Promise.<PublishResult>promise().future());
        saturate(IN_FLIGHT);
        assertAtOnceUnknown();
    }

    /** The first attempt may have been received, whether or not the second was sent. */
    @Test
    void overload_after_an_attempt_does_not_make_its_outcome_known() throws Exception {
        answering(i -> {
            saturate(IN_FLIGHT);
            return Future.failedFuture("broken");
        });
        broadcaster = broadcaster(SHORT_MS);
        assertThat(publish(Optional.of("x"))).isEqualTo(UNKNOWN);
        assertThat(System.currentTimeMillis()).isGreaterThan(attempts.get(0).notAfter());
    }

    @Test
    void reads_are_asked_once_and_fail_as_the_bus_does() throws Exception {
        HistoryQuery query =
                new HistoryQuery(BroadcastFixture.ANN.userId(), ROOM, Optional.empty(), Optional.empty(), 50, false);
        assertThat(catchThrowable(() -> done(broadcaster.history(query, 5_000))))
                .isInstanceOf(BusFailure.class);
        assertThat(catchThrowable(() -> done(broadcaster.head(ROOM)))).isInstanceOf(BusFailure.class);
        HistoryResult.Page page = new HistoryResult.Page("e", List.of(), false, false);
        done(bus.answer(Broadcaster.HISTORY, 0, request -> Future.succeededFuture(page)));
        done(bus.answer(Broadcaster.HEAD, 0, request -> Future.succeededFuture(new Position("e", 3))));
        assertThat(done(broadcaster.history(query, 5_000))).isSameAs(page);
        assertThat(done(broadcaster.head(ROOM))).isEqualTo(new Position("e", 3));
    }

    private void assertAtOnceUnknown() {
        Future<PublishResult> outcome = publish(Optional.of("x"), RenewablePermit.UNCONDITIONAL);
        assertThat(outcome.isComplete()).isTrue();
        assertThat(outcome.result()).isEqualTo(UNKNOWN);
    }

    private void begin(Vertx fresh, long deadlineMs) {
        vertx = fresh;
        bus = new Bus(vertx, "n1", new BusConfig(deadlineMs, IN_FLIGHT));
        broadcaster = broadcaster(TIMEOUT_MS);
    }

    private Broadcaster broadcaster(int timeoutMs) {
        return new Broadcaster(vertx, bus, BroadcastFixture.config(timeoutMs, 65_536), System::currentTimeMillis);
    }

    /** @param answer by the number of the attempt, from 1 */
    private void answering(IntFunction<Future<PublishResult>> answer) throws Exception {
        done(bus.answer(
                Broadcaster.HEAD, 0, request -> Promise.<Position>promise().future()));
        done(bus.answer(Broadcaster.PUBLISH, 0, request -> {
            attempts.add(request);
            attemptedAt.add(System.currentTimeMillis());
            return answer.apply(attempts.size());
        }));
    }

    /** Sends questions that are not answered before their deadline. */
    private void saturate(int questions) {
        IntStream.range(0, questions).forEach(i -> bus.askAt(Broadcaster.HEAD, bus.node(), 0, ROOM));
        assertThat(bus.inFlight(Stage.BROADCAST)).isGreaterThanOrEqualTo(questions);
    }

    private PublishResult publish(Optional<String> id) throws Exception {
        return publish(id, RenewablePermit.UNCONDITIONAL).await(50, TimeUnit.SECONDS);
    }

    private Future<PublishResult> publish(Optional<String> id, RenewablePermit permission) {
        return broadcaster.publish(
                BroadcastFixture.ANN,
                BroadcastFixture.HELLO_TEXT,
                id,
                permission,
                new PublishTime(Long.MAX_VALUE, fence));
    }

    private static final class SettableFence implements PublishFence {
        private volatile long current = Long.MAX_VALUE;
        private volatile boolean stale;
        private volatile Supplier<Future<Long>> renewed = () -> Future.failedFuture("not expected");

        @Override
        public Future<Long> current(long withinMs) {
            return stale ? Future.failedFuture("stale") : Future.succeededFuture(current);
        }

        @Override
        public Future<Long> renewed(long withinMs) {
            return renewed.get();
        }
    }

    private static Future<PublishResult> acked(long seq) {
        return Future.succeededFuture(new PublishResult.Acked("m-" + seq, new Position("e", seq)));
    }
}

package dev.portcullis.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.ClientFrame.Envelope;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BroadcasterTest {
    private static final int PATIENCE_MS = 30_000;
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
    void open() {
        begin(DEADLINE_MS);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void a_publication_is_complete_before_its_first_attempt() throws Exception {
        answering(i -> acked(1));
        long before = System.currentTimeMillis();
        assertThat(publish(Optional.of("my-id"))).isInstanceOf(PublishResult.Acked.class);
        PublishRequest asked = attempts.get(0);
        assertThat(asked.from()).isEqualTo(BroadcastFixture.ANN);
        assertThat(asked.roomId()).isEqualTo(BroadcastFixture.LOBBY);
        assertThat(asked.content()).isEqualTo("hello");
        assertThat(asked.key()).isEqualTo("my-id");
        assertThat(asked.messageId()).hasSize(36);
        assertThat(asked.notAfter()).isBetween(before + PATIENCE_MS, System.currentTimeMillis() + PATIENCE_MS);
    }

    @Test
    void a_frame_without_an_id_is_repeated_under_the_message_s_own() throws Exception {
        answering(i -> acked(i));
        publish(Optional.empty());
        publish(Optional.empty());
        assertThat(attempts).allMatch(asked -> asked.key().equals(asked.messageId()));
        assertThat(attempts.get(0).key()).isNotEqualTo(attempts.get(1).key());
    }

    @Test
    void a_refusal_is_an_answer_and_not_tried_again() throws Exception {
        answering(i -> Future.succeededFuture(PublishResult.refused(Reason.CONFLICT)));
        assertThat(publish(Optional.of("x"))).isEqualTo(PublishResult.refused(Reason.CONFLICT));
        assertThat(attempts).hasSize(1);
    }

    @Test
    void after_a_failure_the_very_same_is_asked_again() throws Exception {
        answering(i -> i < 3 ? Future.failedFuture("broken") : acked(9));
        assertThat(publish(Optional.of("x"))).isEqualTo(acked(9).result());
        assertThat(attempts).hasSize(3);
        assertThat(attempts).allMatch(asked -> asked.equals(attempts.get(0)));
    }

    @Test
    void after_a_late_answer_the_very_same_is_asked_again() throws Exception {
        close();
        begin(200);
        answering(i -> i == 1 ? Promise.<PublishResult>promise().future() : acked(9));
        assertThat(publish(Optional.of("x"))).isEqualTo(acked(9).result());
        assertThat(attempts).hasSizeGreaterThan(1).allMatch(asked -> asked.equals(attempts.get(0)));
    }

    /** Who died with the question costs its deadline, and not the patience of the sender. */
    @Test
    void each_attempt_goes_to_an_instance_that_was_not_asked_yet() throws Exception {
        close();
        begin(SHORT_MS);
        List<Integer> asked = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 3; i++) {
            int instance = i;
            bus.answer(Broadcaster.PUBLISH, instance, request -> {
                        asked.add(instance);
                        return asked.size() < 3
                                ? Promise.<PublishResult>promise().future()
                                : acked(9);
                    })
                    .await(30, TimeUnit.SECONDS);
        }
        assertThat(publish(Optional.of("x"))).isEqualTo(acked(9).result());
        assertThat(asked.subList(0, 3)).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void the_pauses_between_attempts_grow() throws Exception {
        answering(i -> i < 4 ? Future.failedFuture("broken") : acked(1));
        publish(Optional.of("x"));
        for (int i = 1; i < attemptedAt.size(); i++) {
            assertThat(attemptedAt.get(i) - attemptedAt.get(i - 1)).isGreaterThanOrEqualTo(90L << (i - 1));
        }
    }

    /** Were it told earlier, an attempt could still succeed after the sender's next frame. */
    @Test
    void the_outcome_is_unknown_only_when_no_attempt_can_succeed_any_more() throws Exception {
        answering(i -> Future.failedFuture("broken"));
        broadcaster = broadcaster(SHORT_MS);
        assertThat(publish(Optional.of("x"))).isEqualTo(UNKNOWN);
        assertThat(System.currentTimeMillis()).isGreaterThan(attempts.get(0).notAfter());
        assertThat(attempts).hasSizeGreaterThan(1);
    }

    /** As when another Redis takes over whose host is behind. */
    @Test
    void a_clock_that_is_set_back_prolongs_no_attempts() throws Exception {
        answering(i -> Future.failedFuture("broken"));
        AtomicLong clock = new AtomicLong(1_700_000_000_000L);
        broadcaster = new Broadcaster(vertx, bus, config(500), () -> clock.getAndAdd(-60_000));
        assertThat(publish(Optional.of("x"))).isEqualTo(UNKNOWN);
    }

    /** Else a node that stood still behind its gate would write for somebody who was cut off meanwhile (CWE-367). */
    @Test
    void no_attempt_may_be_appended_after_the_fence_of_its_sender() throws Exception {
        answering(i -> i == 1 ? Future.failedFuture("broken") : acked(1));
        fence.current = System.currentTimeMillis() + 7;
        assertThat(publish(Optional.of("x"))).isInstanceOf(PublishResult.Acked.class);
        assertThat(attempts).hasSize(2).allMatch(asked -> asked.notAfter() == fence.current);
    }

    @Test
    void what_came_too_late_is_tried_again_under_its_key_once_the_sender_is_known_to_be_live() throws Exception {
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
    void what_came_too_late_of_somebody_who_is_cut_off_is_tried_no_more() throws Exception {
        fence.renewed = () -> Future.failedFuture("over");
        answering(i -> Future.succeededFuture(new PublishResult.Expired()));
        assertThat(publish(Optional.of("x"))).isEqualTo(UNKNOWN);
        assertThat(attempts).hasSize(1);
    }

    @Test
    void what_always_comes_too_late_is_tried_a_few_times_with_pauses() throws Exception {
        fence.renewed = () -> Future.succeededFuture(Long.MAX_VALUE);
        answering(i -> Future.succeededFuture(new PublishResult.Expired()));
        broadcaster = broadcaster(SHORT_MS);
        assertThat(publish(Optional.of("x")).<Object>fold(acked -> acked, why -> why))
                .isEqualTo(Rejection.unavailable());
        assertThat(attempts).hasSizeBetween(2, 7);
    }

    @Test
    void somebody_whose_lane_can_not_be_looked_at_publishes_nothing() throws Exception {
        answering(i -> acked(1));
        fence.stale = true;
        assertThat(publish(Optional.of("x"))).isEqualTo(UNKNOWN);
        assertThat(attempts).isEmpty();
    }

    @Test
    void a_read_is_given_up_when_its_answer_is_due() throws Exception {
        bus.answer(
                        Broadcaster.HISTORY,
                        0,
                        asked -> Promise.<HistoryResult>promise().future())
                .await(30, TimeUnit.SECONDS);
        HistoryQuery query =
                new HistoryQuery(BroadcastFixture.ANN.userId(), ROOM, Optional.empty(), Optional.empty(), 50, false);
        assertThat(catchThrowable(() -> broadcaster.history(query, 200).await(30, TimeUnit.SECONDS)))
                .as("the bus would wait for a minute")
                .isInstanceOf(BusFailure.class);
    }

    @Test
    void an_instance_that_takes_longer_than_there_is_time_holds_nobody_up() throws Exception {
        answering(i -> Promise.<PublishResult>promise().future());
        broadcaster = broadcaster(SHORT_MS);
        long began = System.nanoTime();
        assertThat(publish(Optional.of("x"))).isEqualTo(UNKNOWN);
        assertThat(System.currentTimeMillis()).isGreaterThan(attempts.get(0).notAfter());
        assertThat(System.nanoTime() - began)
                .as("the bus would have waited for a minute")
                .isLessThan(TimeUnit.SECONDS.toNanos(40));
    }

    @Test
    void where_nobody_publishes_it_is_said_at_once() {
        assertAtOnceUnknown();
    }

    @Test
    void where_too_much_is_under_way_it_is_said_at_once() throws Exception {
        answering(i -> Promise.<PublishResult>promise().future());
        saturate(IN_FLIGHT);
        assertAtOnceUnknown();
    }

    /** The first attempt may have been heard: that the second was not even asked changes nothing. */
    @Test
    void a_crowd_that_comes_after_an_attempt_does_not_make_its_outcome_known() throws Exception {
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
        assertThat(catchThrowable(() -> broadcaster.history(query, 5_000).await(30, TimeUnit.SECONDS)))
                .isInstanceOf(BusFailure.class);
        assertThat(catchThrowable(() -> broadcaster.head(ROOM).await(30, TimeUnit.SECONDS)))
                .isInstanceOf(BusFailure.class);
        HistoryResult.Page page = new HistoryResult.Page("e", List.of(), false, false);
        bus.answer(Broadcaster.HISTORY, 0, asked -> Future.succeededFuture(page))
                .await(30, TimeUnit.SECONDS);
        bus.answer(Broadcaster.HEAD, 0, asked -> Future.succeededFuture(new Position("e", 3)))
                .await(30, TimeUnit.SECONDS);
        assertThat(broadcaster.history(query, 5_000).await(30, TimeUnit.SECONDS))
                .isSameAs(page);
        assertThat(broadcaster.head(ROOM).await(30, TimeUnit.SECONDS)).isEqualTo(new Position("e", 3));
    }

    private void assertAtOnceUnknown() {
        Future<PublishResult> outcome =
                broadcaster.publish(BroadcastFixture.ANN, hello(Optional.of("x")), Long.MAX_VALUE, fence);
        assertThat(outcome.isComplete()).isTrue();
        assertThat(outcome.result()).isEqualTo(UNKNOWN);
    }

    private void begin(long deadlineMs) {
        vertx = Vertx.vertx();
        bus = new Bus(vertx, "n1", new BusConfig(deadlineMs, IN_FLIGHT));
        broadcaster = broadcaster(PATIENCE_MS);
    }

    private Broadcaster broadcaster(int patienceMs) {
        return new Broadcaster(vertx, bus, config(patienceMs), System::currentTimeMillis);
    }

    private static BroadcastConfig config(int patienceMs) {
        return new BroadcastConfig(patienceMs, 261_120, 65_536, 1 << 16, 10_000);
    }

    /** @param answer to the first attempt, the second and so on */
    private void answering(IntFunction<Future<PublishResult>> answer) throws Exception {
        bus.answer(Broadcaster.HEAD, 0, asked -> Promise.<Position>promise().future())
                .await(30, TimeUnit.SECONDS);
        bus.answer(Broadcaster.PUBLISH, 0, request -> {
                    attempts.add(request);
                    attemptedAt.add(System.currentTimeMillis());
                    return answer.apply(attempts.size());
                })
                .await(30, TimeUnit.SECONDS);
    }

    /** Questions that nobody answers before their deadline. */
    private void saturate(int questions) {
        IntStream.range(0, questions).forEach(i -> bus.askAt(Broadcaster.HEAD, bus.node(), 0, ROOM));
        assertThat(bus.inFlight(Stage.BROADCAST)).isGreaterThanOrEqualTo(questions);
    }

    private PublishResult publish(Optional<String> id) throws Exception {
        return broadcaster
                .publish(BroadcastFixture.ANN, hello(id), Long.MAX_VALUE, fence)
                .await(50, TimeUnit.SECONDS);
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

    private static ClientFrame.Chat hello(Optional<String> id) {
        return new ClientFrame.Chat(
                new Envelope(id, Optional.empty()), BroadcastFixture.LOBBY, "hello", Optional.empty(), List.of());
    }

    private static Future<PublishResult> acked(long seq) {
        return Future.succeededFuture(new PublishResult.Acked("m-" + seq, new Position("e", seq)));
    }
}

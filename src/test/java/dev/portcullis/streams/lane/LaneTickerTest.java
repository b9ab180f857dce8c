package dev.portcullis.streams.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LaneTick;
import dev.portcullis.streams.lane.LaneStore.Lease;
import dev.portcullis.streams.lane.LaneStore.LeaseHolder;
import dev.portcullis.streams.lane.LaneStore.Moved;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LaneTickerTest {
    private static final long STORE_MS = 1_700_000_000_000L;
    private static final StreamName STREAM = StreamName.cutoffs(7);
    private static final int GROUPS = 16;

    private final ScriptedLanes lanes = new ScriptedLanes();
    private final NodeIncarnation nodeIncarnation = new NodeIncarnation("n");
    private final Queue<String> events = new ConcurrentLinkedQueue<>();
    private final Queue<Long> lostSince = new ConcurrentLinkedQueue<>();
    private volatile LongSupplier nanos = System::nanoTime;
    private Context context;
    private LaneTicker ticker;

    @BeforeEach
    void open(Vertx vertx) {
        context = vertx.getOrCreateContext();
        ticker = new LaneTicker(
                context, lanes, nodeIncarnation, 500, () -> nanos.getAsLong(), System::currentTimeMillis);
        ticker.addListener(new LaneTicker.Listener() {
            @Override
            public void moved(int lane, List<Moved> moved) {
                events.add("moved " + lane + " " + moved.get(0).laneSeq());
            }

            @Override
            public void compareAll(int lane) {
                events.add("compare " + lane);
            }
        });
        nodeIncarnation.addListener(new NodeIncarnation.Listener() {
            @Override
            public void ended(String incarnation) {
                events.add("ended " + incarnation);
            }

            @Override
            public void laneLost(int lane, long since) {
                lostSince.add(since);
                events.add("lost " + lane + (since == NodeIncarnation.EVERYTHING ? "" : " since a renewal"));
            }
        });
    }

    @Test
    void start_completes_once_every_lane_was_ticked() throws Exception {
        start();
        assertThat(lanes.ticked).hasSize(256);
        assertThat(lanes.firstTicksOf("n:1")).isEqualTo(256);
    }

    @Test
    void all_lanes_are_ticked_twice_a_second_with_the_last_cursors() throws Exception {
        long began = System.nanoTime();
        start();
        assertThat(Await.until(() -> lanes.ticks.size() >= 2 * GROUPS)).isTrue();
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isGreaterThanOrEqualTo(400);
        assertThat(lanes.ticks.stream().skip(GROUPS)).allSatisfy(tick -> {
            assertThat(tick.leaseHolder().incarnation()).isEqualTo("n:1");
            assertThat(tick.leaseHolder().sinceLastTickMs())
                    .as("a timer that was late catches up at once")
                    .isBetween(0L, 20_000L);
            assertThat(tick.cursors()).allMatch(cursor -> cursor.fork().equals("fork"));
        });
        assertThat(lanes.ticks).anyMatch(tick -> tick.leaseHolder().sinceLastTickMs() > 0);
    }

    @Test
    void moved_streams_are_reported_and_lanes_without_names_are_compared() throws Exception {
        start();
        lanes.answer(7, Lease.HELD, true, List.of(new Moved(STREAM, 12)));
        lanes.answer(8, Lease.HELD, false, List.of());
        assertThat(Await.until(() -> events.contains("moved 7 12") && events.contains("compare 8")))
                .isTrue();
        assertThat(events).noneMatch(what -> what.startsWith("lost") || what.startsWith("ended"));
    }

    @Test
    void lane_read_has_its_start_by_the_slower_clock() throws Exception {
        Queue<LaneRead> reads = new ConcurrentLinkedQueue<>();
        ticker.addListener(new LaneTicker.Listener() {
            @Override
            public void moved(int lane, List<Moved> moved) {}

            @Override
            public void compareAll(int lane) {}

            @Override
            public void laneRead(LaneRead read) {
                reads.add(read);
            }
        });
        long before = System.nanoTime();
        start();
        assertThat(reads.stream().map(LaneRead::lane).distinct()).hasSize(256);
        assertThat(reads).allSatisfy(read -> {
            assertThat(read.beganAt() - before).isNotNegative();
            assertThat(read.storeMillis())
                    .as("the store's clock is the slower one here")
                    .isEqualTo(STORE_MS);
            assertThat(read.upTo().fork()).as("where the lane was").isEqualTo("fork");
        });
        reads.clear();
        lanes.answers.put(
                9, new LaneTick(Lease.HELD, new LaneCursor(9, "fork", 1), true, List.of(), Long.MAX_VALUE, 0));
        assertThat(Await.until(
                        () -> reads.stream().anyMatch(read -> read.lane() == 9 && read.storeMillis() > STORE_MS)))
                .isTrue();
        assertThat(reads).noneMatch(read -> read.storeMillis() > System.currentTimeMillis());
    }

    @Test
    void lane_without_a_renewal_is_not_reported_as_read() throws Exception {
        Queue<Integer> lanesRead = new ConcurrentLinkedQueue<>();
        ticker.addListener(new LaneTicker.Listener() {
            @Override
            public void moved(int lane, List<Moved> moved) {}

            @Override
            public void compareAll(int lane) {}

            @Override
            public void laneRead(LaneRead read) {
                lanesRead.add(read.lane());
            }
        });
        lanes.unrenewed = 7;
        Future<Void> started = ticker.start();
        assertThat(Await.until(() -> Set.copyOf(lanesRead).size() == 255)).isTrue();
        assertThat(lanesRead).doesNotContain(7);
        assertThat(started.isComplete()).isFalse();
        lanes.unrenewed = -1;
        assertThat(Await.until(() -> lanesRead.contains(7))).isTrue();
    }

    @Test
    void lane_with_many_requests_is_ticked_alone_and_once_more() throws Exception {
        start();
        Promise<Void> held = Promise.promise();
        lanes.answer = held.future();
        int before = lanes.singleLaneTicks();
        for (int i = 0; i < 100; i++) {
            ticker.readLane(9);
        }
        onContext(() -> {}); // all hundred requests are processed
        assertThat(lanes.singleLaneTicks()).isEqualTo(before + 1);
        lanes.answer = Future.succeededFuture();
        onContext(held::complete);
        assertThat(lanes.singleLaneTicks()).isEqualTo(before + 2);
        ticker.readLane(10);
        assertThat(Await.until(() -> lanes.singleLaneTicks() == before + 3)).isTrue();
    }

    @Test
    void lease_acquired_again_means_a_lost_lane() throws Exception {
        start();
        lanes.fork(9, "other", 0);
        assertThat(Await.until(() -> events.contains("lost 9") && events.contains("compare 9")))
                .isTrue();
        assertThat(nodeIncarnation.incarnation()).isEqualTo("n:1");
    }

    @Test
    void lease_that_survived_a_fork_proves_writes_before_its_renewal_began() throws Exception {
        clockIs(0);
        start();
        onContext(() -> {
            clockIs(100);
            lanes.renew(9, STORE_MS + 500);
        });
        assertThat(Await.until(() -> lanes.answers.isEmpty())).isTrue();
        clockIs(200);
        lanes.fork(9, "other", STORE_MS + 500);
        assertThat(Await.until(() -> events.contains("lost 9 since a renewal"))).isTrue();
        assertThat(lostSince).containsExactly(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(ticker.unreachableLanes()).isZero();
    }

    /** The time and the fork of a tick whose answer was lost are unknown. */
    @Test
    void surviving_renewal_unknown_to_this_node_proves_nothing() throws Exception {
        start();
        lanes.fork(9, "other", STORE_MS + 77);
        assertThat(Await.until(() -> events.contains("lost 9"))).isTrue();
        assertThat(lostSince).containsExactly(NodeIncarnation.EVERYTHING);
    }

    @Test
    void surviving_renewal_of_a_former_incarnation_proves_nothing() throws Exception {
        start();
        lanes.renew(9, STORE_MS + 500);
        assertThat(Await.until(() -> lanes.answers.isEmpty())).isTrue();
        lanes.answer(10, Lease.ENDED, true, List.of());
        assertThat(Await.until(() -> lanes.firstTicksOf("n:2") == 256)).isTrue();
        lanes.fork(9, "other", STORE_MS + 500);
        assertThat(Await.until(() -> events.contains("lost 9"))).isTrue();
        assertThat(lostSince).containsExactly(NodeIncarnation.EVERYTHING);
    }

    @Test
    void fork_found_by_two_ticks_is_reported_once() throws Exception {
        start();
        Promise<Void> held = Promise.promise();
        int before = holdAnswers(held);
        assertThat(Await.until(() -> lanes.ticks.size() == before + GROUPS)).isTrue();
        ticker.readLane(9);
        onContext(() -> {});
        assertThat(lanes.ticks).as("a single tick beside the round").hasSize(before + 17);
        lanes.fork(9, "other", 0);
        lanes.again = true;
        lanes.answer = Future.succeededFuture();
        onContext(held::complete);
        assertThat(Await.until(() -> events.stream().filter("compare 9"::equals).count() == 2))
                .isTrue();
        assertThat(events.stream().filter("lost 9"::equals)).hasSize(1);
    }

    @Test
    void ended_lease_ends_the_incarnation_once_and_the_next_one_acquires_all_lanes_at_once() throws Exception {
        start();
        onContext(
                () -> { // one tick finds both
                    lanes.answer(9, Lease.ENDED, true, List.of());
                    lanes.answer(10, Lease.ENDED, true, List.of());
                });
        assertThat(Await.until(() -> events.contains("ended n:1"))).isTrue();
        onContext(() -> {}); // the run of the event loop has ended
        assertThat(lanes.firstTicksOf("n:2")).isEqualTo(256);
        assertThat(events.stream().filter(what -> what.startsWith("ended"))).hasSize(1);
        assertThat(lanes.released).containsExactly("n:1");
    }

    @Test
    void unresponsive_store_gets_one_tick_at_a_time_with_the_time_since_the_last(Vertx vertx) throws Exception {
        clockIs(0);
        start();
        Promise<Void> held = Promise.promise();
        int before = holdAnswers(held);
        assertThat(Await.until(() -> lanes.ticks.size() == before + GROUPS)).isTrue();
        clockIs(1_499);
        assertThat(ticker.unreachableLanes()).isZero();
        clockIs(1_500);
        assertThat(ticker.unreachableLanes()).isEqualTo(256);
        vertx.timer(600, TimeUnit.MILLISECONDS).await(30, TimeUnit.SECONDS); // a round
        assertThat(lanes.ticks).as("no second tick of any group").hasSize(before + GROUPS);
        lanes.answer = Future.succeededFuture();
        onContext(() -> held.fail(new StoreFailure("away")));
        assertThat(Await.until(() -> ticker.unreachableLanes() == 0)).isTrue();
        assertThat(new ArrayList<>(lanes.ticks)
                        .get(before + GROUPS)
                        .leaseHolder()
                        .sinceLastTickMs())
                .isEqualTo(1_500);
    }

    @Test
    void start_waits_for_a_store_that_is_away() throws Exception {
        clockIs(0);
        lanes.answer = Future.failedFuture(new StoreFailure("away"));
        Future<Void> started = ticker.start();
        assertThat(Await.until(() -> lanes.ticks.size() > 20))
                .as("it tries again")
                .isTrue();
        assertThat(started.isComplete()).isFalse();
        assertThat(ticker.unreachableLanes()).isEqualTo(256);
        lanes.answer = Future.succeededFuture();
        started.await(30, TimeUnit.SECONDS);
        assertThat(ticker.unreachableLanes()).isZero();
    }

    @Test
    void start_fails_when_the_store_stays_away(VertxTestContext test) {
        lanes.answer = Future.failedFuture(new StoreFailure("away"));
        ticker.start().onComplete(test.failing(failure -> {
            assertThat(failure)
                    .isInstanceOf(StoreOpenException.class)
                    .hasMessageContaining("did not take this node's leases for 10000 ms")
                    .hasMessageContaining(" of 256 lanes (");
            assertThat(ticker.unreachableLanes()).isEqualTo(256);
            test.completeNow();
        }));
    }

    @Test
    void unreachable_lanes_are_counted_and_others_are_not_affected() throws Exception {
        clockIs(0);
        start();
        lanes.unreachable = 200;
        onContext(() -> {}); // no earlier tick is in flight
        clockIs(1_499);
        assertThat(ticker.unreachableLanes()).isZero();
        clockIs(1_500);
        assertThat(Await.until(() -> ticker.unreachableLanes() == 16))
                .as("lanes of the same group, while the others are renewed")
                .isTrue();
        int ticks = lanes.ticks.size();
        assertThat(Await.until(() -> lanes.ticks.size() > ticks + 2 * GROUPS)).isTrue();
        assertThat(ticker.unreachableLanes()).isEqualTo(16);
    }

    @Test
    void store_without_writes_reports_moved_streams_and_the_lease_keeps_its_age() throws Exception {
        clockIs(0);
        start();
        ticker.addListener(new LaneTicker.Listener() {
            @Override
            public void moved(int lane, List<Moved> moved) {
                clockIs(1_000); // before the next round
            }

            @Override
            public void compareAll(int lane) {}
        });
        onContext(() -> {
            clockIs(500);
            lanes.answer(255, Lease.UNRENEWED, true, List.of(new Moved(STREAM, 12)));
        });
        assertThat(Await.until(() -> events.contains("moved 255 12"))).isTrue();
        assertThat(Await.until(() -> lanes.ticksOf(255)
                        .anyMatch(tick -> tick.leaseHolder().sinceLastTickMs() == 1_000
                                && tick.cursors().contains(new LaneCursor(255, "fork", 1)))))
                .as("two rounds")
                .isTrue();
    }

    /** Redis would end a node that knows the fork and has no lease in it. */
    @Test
    void fork_without_an_acquired_lease_does_not_enter_the_cursor() throws Exception {
        start();
        lanes.answers.put(
                7, new LaneTick(Lease.UNRENEWED, new LaneCursor(7, "other", 3), false, List.of(), STORE_MS, 0));
        assertThat(Await.until(() -> events.contains("compare 7"))).isTrue();
        int ticks = lanes.ticks.size();
        assertThat(Await.until(() -> lanes.ticks.size() >= ticks + GROUPS)).isTrue();
        assertThat(lanes.last(7).cursors()).extracting(LaneCursor::fork).containsOnly("fork");
    }

    @Test
    void stop_releases_the_leases_and_ends_the_ticks(Vertx vertx) throws Exception {
        start();
        ticker.stop().await(30, TimeUnit.SECONDS);
        int ticks = lanes.ticks.size();
        assertThat(lanes.released).containsExactly("n:1");
        vertx.timer(200, TimeUnit.MILLISECONDS).await(30, TimeUnit.SECONDS);
        assertThat(lanes.ticks).hasSize(ticks);
    }

    /** Runs the task on the ticker's context, after all earlier tasks, and waits for it. */
    private void onContext(Runnable task) throws Exception {
        Promise<Void> done = Promise.promise();
        context.runOnContext(any -> {
            task.run();
            done.complete();
        });
        done.future().await(30, TimeUnit.SECONDS);
    }

    /** From now on the store does not answer. Returns how many ticks there were before. */
    private int holdAnswers(Promise<Void> held) throws Exception {
        AtomicInteger before = new AtomicInteger();
        onContext(() -> {
            lanes.answer = held.future();
            before.set(lanes.ticks.size());
        });
        return before.get();
    }

    /** Sets the node's own clock. */
    private void clockIs(long millis) {
        nanos = () -> TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void start() throws Exception {
        ticker.start().await(30, TimeUnit.SECONDS);
        events.clear();
    }

    private record Tick(LeaseHolder leaseHolder, List<LaneCursor> cursors) {}

    /** Lanes that hold every lease, and give each answer of a test once. */
    private static final class ScriptedLanes implements LaneStore {
        private final Queue<Tick> ticks = new ConcurrentLinkedQueue<>();
        private final Map<Integer, LaneTick> answers = new ConcurrentHashMap<>();
        private final Map<Integer, Boolean> ticked = new ConcurrentHashMap<>();
        private final Queue<String> released = new ConcurrentLinkedQueue<>();
        private volatile int unreachable = -1;
        private volatile int unrenewed = -1;
        private volatile boolean again;
        private volatile Future<Void> answer = Future.succeededFuture();

        void answer(int lane, Lease lease, boolean complete, List<Moved> moved) {
            answers.put(lane, new LaneTick(lease, new LaneCursor(lane, "fork", 1), complete, moved, STORE_MS, 0));
        }

        /** The lease was renewed at this store time. */
        void renew(int lane, long millis) {
            answers.put(lane, new LaneTick(Lease.HELD, new LaneCursor(lane, "fork", 1), true, List.of(), millis, 0));
        }

        void fork(int lane, String fork, long survived) {
            answers.put(
                    lane,
                    new LaneTick(Lease.ACQUIRED, new LaneCursor(lane, fork, 1), false, List.of(), STORE_MS, survived));
        }

        int singleLaneTicks() {
            return (int)
                    ticks.stream().filter(tick -> tick.cursors().size() == 1).count();
        }

        Tick last(int lane) {
            return ticksOf(lane).reduce((earlier, later) -> later).orElseThrow();
        }

        Stream<Tick> ticksOf(int lane) {
            return ticks.stream().filter(tick -> tick.cursors().stream().anyMatch(cursor -> cursor.lane() == lane));
        }

        long firstTicksOf(String incarnation) {
            return ticks.stream()
                    .filter(tick -> tick.leaseHolder().equals(new LeaseHolder(incarnation, 0)))
                    .mapToLong(tick -> tick.cursors().size())
                    .sum();
        }

        @Override
        public int lanesAtOnce() {
            return 16;
        }

        @Override
        public Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> cursors) {
            ticks.add(new Tick(leaseHolder, cursors));
            cursors.forEach(cursor -> ticked.put(cursor.lane(), true));
            if (cursors.stream().anyMatch(cursor -> cursor.lane() == unreachable)) {
                return Future.failedFuture(new StoreFailure("away"));
            }
            return answer.map(any -> cursors.stream().map(this::answerFor).toList());
        }

        @Override
        public Future<Void> release(LeaseHolder leaseHolder) {
            released.add(leaseHolder.incarnation());
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> expireStale(String node) {
            return Future.succeededFuture();
        }

        private LaneTick answerFor(LaneCursor cursor) {
            LaneTick scripted = answers.remove(cursor.lane());
            if (scripted != null && again) { // this answer is given twice
                answers.put(cursor.lane(), scripted);
                again = false;
            }
            return scripted == null
                    ? new LaneTick(
                            cursor.lane() == unrenewed ? Lease.UNRENEWED : Lease.HELD,
                            new LaneCursor(cursor.lane(), "fork", 0),
                            true,
                            List.of(),
                            STORE_MS,
                            0)
                    : scripted;
        }
    }
}

package dev.portcullis.streams.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LaneTickerTest {
    private static final long STORE_MS = 1_700_000_000_000L;
    private static final StreamName STREAM = StreamName.cutoffs(7);
    private static final int PARTS = 16;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final ScriptedLanes lanes = new ScriptedLanes();
    private final NodeIncarnation life = new NodeIncarnation("n");
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final Queue<Long> forgottenSince = new ConcurrentLinkedQueue<>();
    private volatile LongSupplier nanos = System::nanoTime;
    private LaneTicker watch;

    @BeforeEach
    void open() {
        watch = new LaneTicker(context, lanes, life, 500, () -> nanos.getAsLong(), System::currentTimeMillis);
        watch.addListener(new LaneTicker.Listener() {
            @Override
            public void moved(int lane, List<Moved> moved) {
                heard.add("moved " + lane + " " + moved.get(0).laneSeq());
            }

            @Override
            public void compareAll(int lane) {
                heard.add("compare " + lane);
            }
        });
        life.addListener(new NodeIncarnation.Listener() {
            @Override
            public void ended(String incarnation) {
                heard.add("ended " + incarnation);
            }

            @Override
            public void laneLost(int lane, long since) {
                forgottenSince.add(since);
                heard.add("forgotten " + lane + (since == NodeIncarnation.EVERYTHING ? "" : " since a renewal"));
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void it_has_started_once_every_lane_was_ticked_for_the_first_time() throws Exception {
        start();
        assertThat(lanes.ticked).hasSize(256);
        assertThat(lanes.firstTicksOf("n:1")).isEqualTo(256);
    }

    @Test
    void it_goes_round_twice_a_second_with_what_it_learned() throws Exception {
        long began = System.nanoTime();
        start();
        assertThat(Await.until(() -> lanes.ticks.size() >= 2 * PARTS)).isTrue();
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isGreaterThanOrEqualTo(400);
        assertThat(lanes.ticks.stream().skip(PARTS)).allSatisfy(tick -> {
            assertThat(tick.leaseHolder().incarnation()).isEqualTo("n:1");
            assertThat(tick.leaseHolder().sinceLastTickMs()).isBetween(1L, 20_000L);
            assertThat(tick.marks()).allMatch(mark -> mark.fork().equals("fork"));
        });
    }

    @Test
    void what_moved_is_handed_on_and_where_that_is_unknown_all_is_compared() throws Exception {
        start();
        lanes.answer(7, Lease.HELD, true, List.of(new Moved(STREAM, 12)));
        lanes.answer(8, Lease.HELD, false, List.of());
        assertThat(Await.until(() -> heard.contains("moved 7 12") && heard.contains("compare 8")))
                .isTrue();
        assertThat(heard).noneMatch(what -> what.startsWith("forgotten") || what.startsWith("ended"));
    }

    @Test
    void a_look_counts_from_when_it_began_by_the_clock_that_is_behind() throws Exception {
        Queue<LaneRead> looks = new ConcurrentLinkedQueue<>();
        watch.addListener(new LaneTicker.Listener() {
            @Override
            public void moved(int lane, List<Moved> moved) {}

            @Override
            public void compareAll(int lane) {}

            @Override
            public void laneRead(LaneRead look) {
                looks.add(look);
            }
        });
        long before = System.nanoTime();
        start();
        assertThat(looks.stream().map(LaneRead::lane).distinct()).hasSize(256);
        assertThat(looks).allSatisfy(look -> {
            assertThat(look.beganAt() - before).isNotNegative();
            assertThat(look.storeMillis()).as("the store's is behind here").isEqualTo(STORE_MS);
        });
        looks.clear();
        lanes.answers.put(
                9, new LaneTick(Lease.HELD, new LaneCursor(9, "fork", 1), true, List.of(), Long.MAX_VALUE, 0));
        assertThat(Await.until(() -> looks.stream().anyMatch(look -> look.lane() == 9 && look.storeMillis() > STORE_MS)))
                .isTrue();
        assertThat(looks).noneMatch(look -> look.storeMillis() > System.currentTimeMillis());
    }

    @Test
    void a_lane_without_its_lease_was_not_looked_at() throws Exception {
        Queue<Integer> looked = new ConcurrentLinkedQueue<>();
        watch.addListener(new LaneTicker.Listener() {
            @Override
            public void moved(int lane, List<Moved> moved) {}

            @Override
            public void compareAll(int lane) {}

            @Override
            public void laneRead(LaneRead look) {
                looked.add(look.lane());
            }
        });
        lanes.unrenewed = 7;
        Future<Void> started = watch.start();
        assertThat(Await.until(() -> Set.copyOf(looked).size() == 255)).isTrue();
        assertThat(looked).doesNotContain(7);
        assertThat(started.isComplete()).isFalse();
        lanes.unrenewed = -1;
        assertThat(Await.until(() -> looked.contains(7))).isTrue();
    }

    @Test
    void a_lane_that_many_ask_for_is_looked_at_alone_and_once_more() throws Exception {
        start();
        Promise<Void> silence = Promise.promise();
        lanes.silence = silence.future();
        int before = lanes.alone();
        for (int i = 0; i < 100; i++) {
            watch.tick(9);
        }
        onContext(() -> {}); // all hundred have asked
        assertThat(lanes.alone()).isEqualTo(before + 1);
        lanes.silence = Future.succeededFuture();
        onContext(silence::complete);
        assertThat(lanes.alone()).isEqualTo(before + 2);
        watch.tick(10);
        assertThat(Await.until(() -> lanes.alone() == before + 3)).isTrue();
    }

    @Test
    void a_lease_taken_anew_means_that_the_lane_forgot() throws Exception {
        start();
        lanes.fork(9, "other", 0);
        assertThat(Await.until(() -> heard.contains("forgotten 9") && heard.contains("compare 9")))
                .isTrue();
        assertThat(life.incarnation()).isEqualTo("n:1");
    }

    @Test
    void a_lease_that_came_through_a_fork_proves_what_was_said_before_its_renewal_began() throws Exception {
        itIs(0);
        start();
        onContext(() -> {
            itIs(100);
            lanes.renew(9, STORE_MS + 500);
        });
        assertThat(Await.until(() -> lanes.answers.isEmpty())).isTrue();
        itIs(200);
        lanes.fork(9, "other", STORE_MS + 500);
        assertThat(Await.until(() -> heard.contains("forgotten 9 since a renewal")))
                .isTrue();
        assertThat(forgottenSince).containsExactly(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(watch.unreachableLanes()).isZero();
    }

    /** Of a tick whose answer was lost nobody knows when it was, nor in which fork. */
    @Test
    void a_renewal_that_this_node_does_not_know_of_proves_nothing() throws Exception {
        start();
        lanes.fork(9, "other", STORE_MS + 77);
        assertThat(Await.until(() -> heard.contains("forgotten 9"))).isTrue();
        assertThat(forgottenSince).containsExactly(NodeIncarnation.EVERYTHING);
    }

    @Test
    void a_renewal_of_a_former_life_proves_nothing() throws Exception {
        start();
        lanes.renew(9, STORE_MS + 500);
        assertThat(Await.until(() -> lanes.answers.isEmpty())).isTrue();
        lanes.answer(10, Lease.ENDED, true, List.of());
        assertThat(Await.until(() -> lanes.firstTicksOf("n:2") == 256)).isTrue();
        lanes.fork(9, "other", STORE_MS + 500);
        assertThat(Await.until(() -> heard.contains("forgotten 9"))).isTrue();
        assertThat(forgottenSince).containsExactly(NodeIncarnation.EVERYTHING);
    }

    @Test
    void two_ticks_that_find_the_same_fork_tell_of_it_once() throws Exception {
        start();
        Promise<Void> silence = Promise.promise();
        int before = ticksBefore(silence);
        assertThat(Await.until(() -> lanes.ticks.size() == before + PARTS)).isTrue();
        watch.tick(9);
        onContext(() -> {});
        assertThat(lanes.ticks).as("a look beside the round").hasSize(before + 17);
        lanes.fork(9, "other", 0);
        lanes.again = true;
        lanes.silence = Future.succeededFuture();
        onContext(silence::complete);
        assertThat(Await.until(() -> heard.stream().filter("compare 9"::equals).count() == 2))
                .isTrue();
        assertThat(heard.stream().filter("forgotten 9"::equals)).hasSize(1);
    }

    @Test
    void an_ended_lease_ends_the_life_once_and_the_next_one_takes_all_lanes_at_once() throws Exception {
        start();
        onContext(
                () -> { // one tick finds both
                    lanes.answer(9, Lease.ENDED, true, List.of());
                    lanes.answer(10, Lease.ENDED, true, List.of());
                });
        assertThat(Await.until(() -> heard.contains("ended n:1"))).isTrue();
        onContext(() -> {}); // what came in the same turn is over
        assertThat(lanes.firstTicksOf("n:2")).isEqualTo(256);
        assertThat(heard.stream().filter(what -> what.startsWith("ended"))).hasSize(1);
        assertThat(lanes.left).containsExactly("n:1");
    }

    @Test
    void a_silent_store_gets_one_tick_at_a_time_and_the_silence_is_counted() throws Exception {
        itIs(0);
        start();
        Promise<Void> silence = Promise.promise();
        int before = ticksBefore(silence);
        assertThat(Await.until(() -> lanes.ticks.size() == before + PARTS)).isTrue();
        itIs(1_499);
        assertThat(watch.unreachableLanes()).isZero();
        itIs(1_500);
        assertThat(watch.unreachableLanes()).isEqualTo(256);
        vertx.timer(600, TimeUnit.MILLISECONDS).await(30, TimeUnit.SECONDS); // a round
        assertThat(lanes.ticks).as("no second tick of any part").hasSize(before + PARTS);
        lanes.silence = Future.succeededFuture();
        onContext(() -> silence.fail(new StoreFailure("away")));
        assertThat(Await.until(() -> watch.unreachableLanes() == 0)).isTrue();
        assertThat(new ArrayList<>(lanes.ticks)
                        .get(before + PARTS)
                        .leaseHolder()
                        .sinceLastTickMs())
                .isEqualTo(1_500);
    }

    @Test
    void a_store_that_is_away_at_the_start_is_waited_for() throws Exception {
        itIs(0);
        lanes.silence = Future.failedFuture(new StoreFailure("away"));
        Future<Void> started = watch.start();
        assertThat(Await.until(() -> lanes.ticks.size() > 20))
                .as("it tries again")
                .isTrue();
        assertThat(started.isComplete()).isFalse();
        assertThat(watch.unreachableLanes()).isEqualTo(256);
        lanes.silence = Future.succeededFuture();
        started.await(30, TimeUnit.SECONDS);
        assertThat(watch.unreachableLanes()).isZero();
    }

    @Test
    void a_store_that_stays_away_ends_the_start_with_one_line() {
        lanes.silence = Future.failedFuture(new StoreFailure("away"));
        assertThatThrownBy(() -> watch.start().await(60, TimeUnit.SECONDS))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("did not take this node's leases for 10000 ms")
                .hasMessageContaining(" of 256 lanes (");
        assertThat(watch.unreachableLanes()).isEqualTo(256);
    }

    @Test
    void lanes_that_are_not_renewed_are_counted_and_the_others_go_on() throws Exception {
        itIs(0);
        start();
        lanes.deaf = 200;
        onContext(() -> {}); // no tick of before is under way
        itIs(1_499);
        assertThat(watch.unreachableLanes()).isZero();
        itIs(1_500);
        assertThat(Await.until(() -> watch.unreachableLanes() == 16))
                .as("those that are ticked with it, while the others go on")
                .isTrue();
        int ticks = lanes.ticks.size();
        assertThat(Await.until(() -> lanes.ticks.size() > ticks + 2 * PARTS)).isTrue();
        assertThat(watch.unreachableLanes()).isEqualTo(16);
    }

    @Test
    void a_store_that_takes_no_writes_tells_what_moved_and_the_silence_is_counted() throws Exception {
        itIs(0);
        start();
        watch.addListener(new LaneTicker.Listener() {
            @Override
            public void moved(int lane, List<Moved> moved) {
                itIs(1_000); // before the next round
            }

            @Override
            public void compareAll(int lane) {}
        });
        onContext(() -> {
            itIs(500);
            lanes.answer(255, Lease.UNRENEWED, true, List.of(new Moved(STREAM, 12)));
        });
        assertThat(Await.until(() -> heard.contains("moved 255 12"))).isTrue();
        assertThat(Await.until(() -> lanes.ticksOf(255)
                        .anyMatch(tick -> tick.leaseHolder().sinceLastTickMs() == 1_000
                                && tick.marks().contains(new LaneCursor(255, "fork", 1)))))
                .as("two rounds")
                .isTrue();
    }

    /** Redis would take whoever knows the fork and has no lease in it for ended. */
    @Test
    void a_fork_in_which_no_lease_could_be_taken_is_not_yet_known() throws Exception {
        start();
        lanes.answers.put(
                7, new LaneTick(Lease.UNRENEWED, new LaneCursor(7, "other", 3), false, List.of(), STORE_MS, 0));
        assertThat(Await.until(() -> heard.contains("compare 7"))).isTrue();
        int ticks = lanes.ticks.size();
        assertThat(Await.until(() -> lanes.ticks.size() >= ticks + PARTS)).isTrue();
        assertThat(lanes.last(7).marks()).extracting(LaneCursor::fork).containsOnly("fork");
    }

    @Test
    void a_planned_stop_gives_the_leases_up_and_ticks_no_more() throws Exception {
        start();
        watch.stop().await(30, TimeUnit.SECONDS);
        int ticks = lanes.ticks.size();
        assertThat(lanes.left).containsExactly("n:1");
        vertx.timer(200, TimeUnit.MILLISECONDS).await(30, TimeUnit.SECONDS);
        assertThat(lanes.ticks).hasSize(ticks);
    }

    /** Returns once the watch's context has done this, after all that was asked of it before. */
    private void onContext(Runnable task) throws Exception {
        Promise<Void> done = Promise.promise();
        context.runOnContext(any -> {
            task.run();
            done.complete();
        });
        done.future().await(30, TimeUnit.SECONDS);
    }

    /** From now on the store is silent. Returns how many ticks there were before. */
    private int ticksBefore(Promise<Void> silence) throws Exception {
        AtomicInteger before = new AtomicInteger();
        onContext(() -> {
            lanes.silence = silence.future();
            before.set(lanes.ticks.size());
        });
        return before.get();
    }

    /** From now on the node's own clock stands there. */
    private void itIs(long millis) {
        nanos = () -> TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void start() throws Exception {
        watch.start().await(30, TimeUnit.SECONDS);
        heard.clear();
    }

    private record Tick(LeaseHolder leaseHolder, List<LaneCursor> marks) {}

    /** Lanes that hold every lease and say what a test lets them say, once. */
    private static final class ScriptedLanes implements LaneStore {
        private final Queue<Tick> ticks = new ConcurrentLinkedQueue<>();
        private final Map<Integer, LaneTick> answers = new ConcurrentHashMap<>();
        private final Map<Integer, Boolean> ticked = new ConcurrentHashMap<>();
        private final Queue<String> left = new ConcurrentLinkedQueue<>();
        private volatile int deaf = -1;
        private volatile int unrenewed = -1;
        private volatile boolean again;
        private volatile Future<Void> silence = Future.succeededFuture();

        void answer(int lane, Lease lease, boolean complete, List<Moved> moved) {
            answers.put(lane, new LaneTick(lease, new LaneCursor(lane, "fork", 1), complete, moved, STORE_MS, 0));
        }

        /** Its lease was renewed at that time. */
        void renew(int lane, long millis) {
            answers.put(lane, new LaneTick(Lease.HELD, new LaneCursor(lane, "fork", 1), true, List.of(), millis, 0));
        }

        void fork(int lane, String fork, long survived) {
            answers.put(
                    lane,
                    new LaneTick(Lease.ACQUIRED, new LaneCursor(lane, fork, 1), false, List.of(), STORE_MS, survived));
        }

        int alone() {
            return (int) ticks.stream().filter(tick -> tick.marks().size() == 1).count();
        }

        Tick last(int lane) {
            return ticksOf(lane).reduce((earlier, later) -> later).orElseThrow();
        }

        Stream<Tick> ticksOf(int lane) {
            return ticks.stream().filter(tick -> tick.marks().stream().anyMatch(mark -> mark.lane() == lane));
        }

        long firstTicksOf(String incarnation) {
            return ticks.stream()
                    .filter(tick -> tick.leaseHolder().equals(new LeaseHolder(incarnation, 0)))
                    .mapToLong(tick -> tick.marks().size())
                    .sum();
        }

        @Override
        public int lanesAtOnce() {
            return 16;
        }

        @Override
        public Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> marks) {
            ticks.add(new Tick(leaseHolder, marks));
            marks.forEach(mark -> ticked.put(mark.lane(), true));
            if (marks.stream().anyMatch(mark -> mark.lane() == deaf)) {
                return Future.failedFuture(new StoreFailure("away"));
            }
            return silence.map(any -> marks.stream().map(this::news).toList());
        }

        @Override
        public Future<Void> release(LeaseHolder leaseHolder) {
            left.add(leaseHolder.incarnation());
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> expireStale(String node) {
            return Future.succeededFuture();
        }

        private LaneTick news(LaneCursor mark) {
            LaneTick scripted = answers.remove(mark.lane());
            if (scripted != null && again) { // what is answered once more
                answers.put(mark.lane(), scripted);
                again = false;
            }
            return scripted == null
                    ? new LaneTick(
                            mark.lane() == unrenewed ? Lease.UNRENEWED : Lease.HELD,
                            new LaneCursor(mark.lane(), "fork", 0),
                            true,
                            List.of(),
                            STORE_MS,
                            0)
                    : scripted;
        }
    }
}

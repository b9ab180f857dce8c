package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socket.ManualTimerWheel;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.lane.LaneRead;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session that was revoked while this node heard nothing would else go on being served by it (CWE-613). */
class CutoffFreshnessTest {
    private static final int LANE = 17;
    private static final long MS = 1_000_000;

    private final Vertx vertx = Vertx.vertx();
    private TimerWheel timers;
    private CutoffFreshness freshness;
    private long now = -5_000 * MS; // the clock of nanoseconds may begin anywhere
    private long millis = 1_700_000_000_000L;
    private int looks;

    @BeforeEach
    void begin() {
        timers = ManualTimerWheel.of(vertx);
        freshness = new CutoffFreshness(lane -> looks++, 1_000, timers, () -> now, () -> millis);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void nothing_is_fresh_before_the_first_read() {
        assertThat(freshness.holds(LANE)).isFalse();
        Future<Void> first = freshness.whenFresh(LANE, 1_000);
        assertThat(first.isComplete()).isFalse();
        assertThat(looks).isEqualTo(1);
        look(now);
        assertThat(first.succeeded()).isTrue();
    }

    @Test
    void it_lasts_a_second_from_when_the_read_began_not_from_when_it_ended() {
        long began = now;
        now += 900 * MS;
        look(began);
        assertThat(freshness.holds(LANE)).isTrue();
        now += 99 * MS;
        assertThat(freshness.holds(LANE)).isTrue();
        now += MS;
        assertThat(freshness.holds(LANE)).isFalse();
    }

    @Test
    void it_lasts_no_longer_than_it_was_told_to() {
        CutoffFreshness brief = new CutoffFreshness(lane -> looks++, 200, timers, () -> now, () -> millis);
        brief.readBeganAt(new LaneRead(LANE, now, millis));
        now += 199 * MS;
        assertThat(brief.holds(LANE)).isTrue();
        now += MS;
        assertThat(brief.holds(LANE)).isFalse();
    }

    @Test
    void a_stopped_process_wakes_up_stale_and_a_read_from_before_the_stop_does_not_help() {
        look(now);
        long began = now;
        now += 40_000 * MS;
        Future<Void> frame = freshness.whenFresh(LANE, 1_000);
        look(began + 10 * MS); // its answer lay in the socket all the while
        assertThat(frame.isComplete()).isFalse();
        look(now);
        assertThat(frame.succeeded()).isTrue();
    }

    /** CLOCK_MONOTONIC does not count the time for which a machine is suspended. */
    @Test
    void a_suspended_machine_wakes_up_stale_though_its_clock_of_nanoseconds_stood_still() {
        look(now);
        millis += 999;
        assertThat(freshness.holds(LANE)).isTrue();
        millis += 1;
        assertThat(freshness.holds(LANE)).isFalse();
        Future<Void> frame = freshness.whenFresh(LANE, 1_000);
        look(now);
        assertThat(frame.succeeded()).isTrue();
    }

    @Test
    void a_clock_that_is_set_back_keeps_nothing_fresh() {
        look(now);
        millis -= 3_600_000;
        now += 1_000 * MS;
        assertThat(freshness.holds(LANE)).isFalse();
    }

    @Test
    void what_is_published_may_be_appended_for_a_second_from_the_look_by_the_stores_clock() {
        assertThat(freshness.notAfter(LANE)).as("before any look").isNegative();
        look(now);
        assertThat(freshness.notAfter(LANE)).isEqualTo(millis + 1_000);
        long fence = freshness.notAfter(LANE);
        now += 900 * MS;
        millis += 900;
        assertThat(freshness.notAfter(LANE)).isEqualTo(fence);
    }

    /** Each master of a Redis Cluster may be lost alone: it stops its own users only. */
    @Test
    void lanes_are_fresh_or_stale_each_for_itself() {
        look(now);
        assertThat(freshness.holds(LANE)).isTrue();
        assertThat(freshness.holds(LANE + 1)).isFalse();
        Future<Void> other = freshness.whenFresh(LANE + 1, 1_000);
        freshness.invalidate(LANE);
        freshness.readBeganAt(new LaneRead(LANE + 1, now, millis));
        assertThat(other.succeeded()).isTrue();
        assertThat(freshness.holds(LANE + 1)).isTrue();
        assertThat(freshness.holds(LANE)).isFalse();
    }

    @Test
    void who_waits_too_long_is_told_so_and_is_no_longer_waited_for() {
        Future<Void> frame = freshness.whenFresh(LANE, 1_000);
        turn(1_100);
        assertThat(frame.cause()).isInstanceOf(StoreFailure.class);
        look(now);
        assertThat(freshness.holds(LANE)).isTrue();
    }

    @Test
    void who_arrives_waits_for_a_read_that_begins_after() {
        look(now);
        now += 10 * MS;
        Future<Void> arrival = freshness.whenReread(LANE, 1_000);
        look(now - MS);
        assertThat(freshness.holds(LANE)).isTrue();
        assertThat(arrival.isComplete()).as("that read began before").isFalse();
        look(now);
        assertThat(arrival.succeeded()).isTrue();
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void a_doubt_stops_everything_until_it_is_settled_and_time_goes_on_meanwhile() {
        look(now);
        Future<Void> arrival = freshness.whenReread(LANE, 1_000);
        freshness.invalidate(LANE);
        assertThat(arrival.failed())
                .as("it may have been cut off in what was missed")
                .isTrue();
        assertThat(freshness.whenReread(LANE, 1_000).failed()).isTrue();
        assertThat(freshness.holds(LANE)).isFalse();
        Future<Void> frame = freshness.whenFresh(LANE, 1_000);
        now += 500 * MS;
        look(now);
        assertThat(frame.isComplete()).isFalse();
        freshness.revalidate(LANE);
        assertThat(frame.succeeded()).isTrue();
        assertThat(freshness.holds(LANE)).isTrue();
    }

    /** A look by the clock of nanoseconds, at whatever time it is by the store's. */
    private void look(long began) {
        freshness.readBeganAt(new LaneRead(LANE, began, millis));
    }

    private void turn(long span) {
        for (long spent = 0; spent < span; spent += 50) {
            timers.tick();
        }
    }
}

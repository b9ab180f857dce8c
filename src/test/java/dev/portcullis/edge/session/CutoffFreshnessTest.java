package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socket.ManualTimerWheel;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Without this check, a node that reads no cut-offs keeps serving a session that was revoked meanwhile (CWE-613). */
@ExtendWith(VertxExtension.class)
class CutoffFreshnessTest {
    private static final int LANE = 17;
    private static final long MS = 1_000_000;

    private TimerWheel timers;
    private CutoffFreshness freshness;
    private long now = -5_000 * MS; // System.nanoTime() may start at any value
    private long millis = 1_700_000_000_000L;
    private int requestedReads;

    @BeforeEach
    void begin(Vertx vertx) {
        timers = ManualTimerWheel.of(vertx);
        freshness = new CutoffFreshness(lane -> requestedReads++, 1_000, timers, () -> now, () -> millis);
    }

    @Test
    void lane_is_stale_before_its_first_read() {
        assertThat(freshness.isFresh(LANE)).isFalse();
        Future<Void> first = freshness.whenFresh(LANE, 1_000);
        assertThat(first.isComplete()).isFalse();
        assertThat(requestedReads).isEqualTo(1);
        reportRead(now);
        assertThat(first.succeeded()).isTrue();
    }

    @Test
    void lane_is_fresh_for_a_second_from_the_begin_of_its_read() {
        long began = now;
        now += 900 * MS;
        reportRead(began);
        assertThat(freshness.isFresh(LANE)).isTrue();
        now += 99 * MS;
        assertThat(freshness.isFresh(LANE)).isTrue();
        now += MS;
        assertThat(freshness.isFresh(LANE)).isFalse();
    }

    @Test
    void lane_is_fresh_no_longer_than_configured() {
        CutoffFreshness shortLived =
                new CutoffFreshness(lane -> requestedReads++, 200, timers, () -> now, () -> millis);
        shortLived.onLaneRead(new LaneRead(LaneCursor.unknown(LANE), now, millis));
        now += 199 * MS;
        assertThat(shortLived.isFresh(LANE)).isTrue();
        now += MS;
        assertThat(shortLived.isFresh(LANE)).isFalse();
    }

    @Test
    void lane_is_stale_after_a_pause_and_a_read_from_before_it_does_not_help() {
        reportRead(now);
        long began = now;
        now += 40_000 * MS;
        Future<Void> frame = freshness.whenFresh(LANE, 1_000);
        reportRead(began + 10 * MS); // its reply waited in the socket during the pause
        assertThat(frame.isComplete()).isFalse();
        reportRead(now);
        assertThat(frame.succeeded()).isTrue();
    }

    /** CLOCK_MONOTONIC does not count the time for which a machine is suspended. */
    @Test
    void lane_is_stale_after_a_suspend_that_nano_time_does_not_count() {
        reportRead(now);
        millis += 999;
        assertThat(freshness.isFresh(LANE)).isTrue();
        millis += 1;
        assertThat(freshness.isFresh(LANE)).isFalse();
        Future<Void> frame = freshness.whenFresh(LANE, 1_000);
        reportRead(now);
        assertThat(frame.succeeded()).isTrue();
    }

    @Test
    void lane_becomes_stale_in_time_when_the_clock_is_set_back() {
        reportRead(now);
        millis -= 3_600_000;
        now += 1_000 * MS;
        assertThat(freshness.isFresh(LANE)).isFalse();
    }

    @Test
    void publish_may_be_appended_until_a_second_after_the_read_by_the_stores_clock() {
        assertThat(freshness.notAfter(LANE)).as("before any read").isNegative();
        reportRead(now);
        assertThat(freshness.notAfter(LANE)).isEqualTo(millis + 1_000);
        long fence = freshness.notAfter(LANE);
        now += 900 * MS;
        millis += 900;
        assertThat(freshness.notAfter(LANE)).isEqualTo(fence);
    }

    /** A lost master of a Redis Cluster affects only its own lanes. */
    @Test
    void lanes_are_fresh_or_stale_independently() {
        reportRead(now);
        assertThat(freshness.isFresh(LANE)).isTrue();
        assertThat(freshness.isFresh(LANE + 1)).isFalse();
        Future<Void> other = freshness.whenFresh(LANE + 1, 1_000);
        freshness.invalidate(LANE);
        freshness.onLaneRead(new LaneRead(LaneCursor.unknown(LANE + 1), now, millis));
        assertThat(other.succeeded()).isTrue();
        assertThat(freshness.isFresh(LANE + 1)).isTrue();
        assertThat(freshness.isFresh(LANE)).isFalse();
    }

    @Test
    void waiting_frame_fails_after_its_time_and_is_removed() {
        Future<Void> frame = freshness.whenFresh(LANE, 1_000);
        advance(1_100);
        assertThat(frame.cause()).isInstanceOf(StoreFailure.class);
        reportRead(now);
        assertThat(freshness.isFresh(LANE)).isTrue();
    }

    @Test
    void new_session_waits_for_a_read_that_begins_after_its_registration() {
        reportRead(now);
        now += 10 * MS;
        Future<Void> arrival = freshness.whenReread(LANE, 1_000);
        reportRead(now - MS);
        assertThat(freshness.isFresh(LANE)).isTrue();
        assertThat(arrival.isComplete()).as("that read began before").isFalse();
        reportRead(now);
        assertThat(arrival.succeeded()).isTrue();
        assertThat(requestedReads).isEqualTo(1);
    }

    @Test
    void new_session_waits_for_no_read_if_the_last_one_went_beyond_the_newest_cutoff() {
        freshness.onLaneRead(new LaneRead(new LaneCursor(LANE, "fork", 12), now, millis));
        assertThat(freshness.whenKnown(new LaneCursor(LANE, "fork", 12), 1_000).succeeded())
                .isTrue();
        assertThat(requestedReads).isZero();
    }

    @Test
    void new_session_waits_for_a_read_if_the_newest_cutoff_is_not_known() {
        freshness.onLaneRead(new LaneRead(new LaneCursor(LANE, "fork", 12), now, millis));
        Future<Void> later = freshness.whenKnown(new LaneCursor(LANE, "fork", 13), 1_000);
        Future<Void> forked = freshness.whenKnown(new LaneCursor(LANE, "next", 3), 1_000);
        assertThat(later.isComplete()).isFalse();
        assertThat(forked.isComplete()).as("what another fork had is not known").isFalse();
        assertThat(requestedReads).isEqualTo(2);
        reportRead(now);
        assertThat(later.succeeded()).isTrue();
        assertThat(forked.succeeded()).isTrue();
    }

    /** A node that was stopped may know the newest cut-off, and not that it has lost its lease. */
    @Test
    void new_session_waits_for_a_read_of_a_lane_that_is_stale() {
        freshness.onLaneRead(new LaneRead(new LaneCursor(LANE, "fork", 12), now, millis));
        now += 1_000 * MS;
        assertThat(freshness.whenKnown(new LaneCursor(LANE, "fork", 12), 1_000).isComplete())
                .isFalse();
        freshness.invalidate(LANE);
        assertThat(freshness.whenKnown(new LaneCursor(LANE, "fork", 12), 1_000).failed())
                .as("it is unknown which sessions have ended")
                .isTrue();
    }

    @Test
    void invalidated_lane_is_stale_until_it_is_revalidated() {
        reportRead(now);
        Future<Void> arrival = freshness.whenReread(LANE, 1_000);
        freshness.invalidate(LANE);
        assertThat(arrival.failed())
                .as("its cut-off may be among the missed ones")
                .isTrue();
        assertThat(freshness.whenReread(LANE, 1_000).failed()).isTrue();
        assertThat(freshness.isFresh(LANE)).isFalse();
        Future<Void> frame = freshness.whenFresh(LANE, 1_000);
        now += 500 * MS;
        reportRead(now);
        assertThat(frame.isComplete()).isFalse();
        freshness.revalidate(LANE);
        assertThat(frame.succeeded()).isTrue();
        assertThat(freshness.isFresh(LANE)).isTrue();
    }

    /** Reports a lane read that began at this nano time, at the current time of the store. */
    private void reportRead(long began) {
        freshness.onLaneRead(new LaneRead(LaneCursor.unknown(LANE), began, millis));
    }

    private void advance(long span) {
        for (long elapsed = 0; elapsed < span; elapsed += 50) {
            timers.tick();
        }
    }
}

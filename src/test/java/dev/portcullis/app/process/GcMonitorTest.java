package dev.portcullis.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.process.GcMonitor.Collections;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GcMonitorTest {
    private static final long WINDOW_MS = 30_000;
    private static final long STEP_MS = 1_000;

    private final GcMonitor monitor = new GcMonitor(WINDOW_MS);
    private long now = -5_000_000_000L; // a monotonic clock may be negative
    private long millis = 77_000;
    private long full = 12;

    @Test
    void process_that_only_collects_garbage_and_finds_none_is_found_after_one_window() {
        monitor.check(now, new Collections(millis, full, 0.97));
        for (int step = 1; step < 30; step++) {
            assertThat(step(900, 1, 0.97)).isFalse();
        }
        assertThat(step(900, 1, 0.97)).isTrue();
    }

    @Test
    void window_after_the_one_in_which_it_begins_is_found() {
        assertThat(window(15, 20, 0, 0.4)).isFalse();
        assertThat(window(30, 950, 1, 0.97)).isFalse();
        assertThat(window(30, 950, 1, 0.97)).isTrue();
    }

    /** On a machine without a free core each collection takes long, and frees much. */
    @Test
    void long_collections_that_leave_room_end_nothing() {
        assertThat(window(200, 990, 1, 0.94)).isFalse();
    }

    @Test
    void one_collection_that_leaves_room_saves_the_window() {
        monitor.check(now, new Collections(millis, full, 0.99));
        for (int step = 1; step < 30; step++) {
            assertThat(step(990, 1, step == 7 ? 0.5 : 0.99)).isFalse();
        }
        assertThat(step(990, 1, 0.99)).isFalse();
    }

    @Test
    void full_heap_that_serves_ends_nothing() {
        assertThat(window(200, 890, 1, 0.99)).isFalse();
    }

    /** The last collection of the whole heap may be long ago, and what it left is garbage by now. */
    @Test
    void collections_of_young_objects_alone_end_nothing() {
        assertThat(window(200, 990, 0, 0.99)).isFalse();
    }

    /** SIGSTOP, or a hypervisor that suspends the machine during a collection. */
    @Test
    void suspension_during_a_collection_ends_nothing() {
        monitor.check(now, new Collections(millis, full, 0.99));
        pass(120_000, 120_000, 1);
        assertThat(monitor.check(now, new Collections(millis, full, 0.99))).isFalse();
    }

    @Test
    void collections_that_take_many_seconds_each_are_found_too() {
        monitor.check(now, new Collections(millis, full, 0.99));
        boolean found = false;
        for (int collection = 0; collection < 4; collection++) {
            pass(9_500, 9_400, 1);
            found = monitor.check(now, new Collections(millis, full, 0.99));
        }
        assertThat(found).isTrue();
    }

    private boolean window(int steps, long collecting, long fulls, double left) {
        boolean found = false;
        for (int step = 0; step < steps; step++) {
            found |= step(collecting, fulls, left);
        }
        return found;
    }

    private boolean step(long collecting, long fulls, double left) {
        pass(STEP_MS, collecting, fulls);
        return monitor.check(now, new Collections(millis, full, left));
    }

    private void pass(long elapsed, long collecting, long fulls) {
        now += TimeUnit.MILLISECONDS.toNanos(elapsed);
        millis += collecting;
        full += fulls;
    }
}

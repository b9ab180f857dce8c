package dev.portcullis.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StalledLanesTest {
    private static final long LATE = StalledLanes.STALLED_MS + 1;

    private final StalledLanes lanes = new StalledLanes();

    @Test
    void lane_that_grows_all_the_time_is_stalled_after_a_while() {
        lanes.see(1, 10, 0);
        lanes.see(1, 20, LATE - 1);
        assertThat(lanes.areThere()).isFalse();
        lanes.see(1, 20, LATE);
        assertThat(lanes.areThere()).isTrue();
    }

    @Test
    void lane_that_shrinks_now_and_then_is_not_stalled() {
        lanes.see(1, 30, 0);
        lanes.see(1, 20, LATE);
        lanes.see(1, 40, LATE + 1);
        assertThat(lanes.areThere()).isFalse();
    }

    @Test
    void lane_where_nothing_waits_begins_again() {
        lanes.see(1, 10, 0);
        lanes.see(1, 0, LATE);
        lanes.see(1, 10, LATE + 1);
        assertThat(lanes.areThere()).isFalse();
    }
}

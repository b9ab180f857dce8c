package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdmissionPaceTest {
    private static final long SHORT = AdmissionPace.LONG_TURN_NANOS;
    private static final long LONG = SHORT + 1;

    private final AdmissionPace pace = new AdmissionPace();

    @Test
    void long_turn_halves_what_may_be_under_way_and_short_one_adds_one() {
        int first = pace.limit();
        pace.turned(LONG);
        assertThat(pace.limit()).isEqualTo(first / 2);
        pace.turned(SHORT);
        assertThat(pace.limit()).isEqualTo(first / 2 + 1);
    }

    @Test
    void loop_that_is_always_late_still_serves_some_and_idle_one_has_a_bound() {
        for (int i = 0; i < 100; i++) {
            pace.turned(LONG);
        }
        assertThat(pace.limit()).isEqualTo(AdmissionPace.LEAST);
        for (int i = 0; i < 100; i++) {
            pace.turned(SHORT);
        }
        assertThat(pace.limit()).isEqualTo(AdmissionPace.MOST);
    }

    @Test
    void wait_is_not_known_before_some_handshakes_have_ended_and_then_follows_what_is_measured() {
        for (int i = 0; i < AdmissionPace.SMOOTHING; i++) {
            assertThat(pace.millisFor(1_000)).isZero();
            pace.ended(TimeUnit.MILLISECONDS.toNanos(2));
        }
        assertThat(pace.millisFor(1_000)).isEqualTo(2_000);
        for (int i = 0; i < 200; i++) {
            pace.ended(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(pace.millisFor(1_000)).isBetween(9_900L, 10_000L);
    }

    /** Its classes are loaded and nothing is compiled: it took two seconds on a busy machine. */
    @Test
    void first_handshake_of_a_node_refuses_none_behind_it() {
        pace.ended(TimeUnit.SECONDS.toNanos(2));
        assertThat(pace.millisFor(10)).isZero();
        for (int i = 1; i < AdmissionPace.SMOOTHING; i++) {
            pace.ended(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(pace.millisFor(10)).isBetween(1_000L, 2_000L);
    }
}

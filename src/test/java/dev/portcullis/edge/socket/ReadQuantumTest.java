package dev.portcullis.edge.socket;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadQuantumTest {
    private final ReadQuantum quantum = new ReadQuantum();
    private long now = Long.MAX_VALUE - MILLISECONDS.toNanos(20); // the clock may overflow

    @Test
    void turn_is_over_after_32_frames() {
        for (int i = 0; i < 31; i++) {
            quantum.decodedFrame(now);
        }
        assertThat(quantum.isOver(now)).isFalse();
        quantum.decodedFrame(now);
        assertThat(quantum.isOver(now)).isTrue();
        quantum.begin();
        assertThat(quantum.isOver(now)).isFalse();
    }

    @Test
    void turn_is_over_40_microseconds_behind_its_first_frame() {
        quantum.decodedFrame(now);
        assertThat(quantum.isOver(now + MICROSECONDS.toNanos(40) - 1)).isFalse();
        assertThat(quantum.isOver(now + MICROSECONDS.toNanos(40))).isTrue();
    }

    @Test
    void turn_without_frames_is_not_over_by_time() {
        assertThat(quantum.isOver(now + MILLISECONDS.toNanos(40))).isFalse();
    }

    @Test
    void turn_is_over_behind_16_kib_thrown_away() {
        quantum.discarded(16_383);
        assertThat(quantum.isOver(now)).isFalse();
        quantum.discarded(1);
        assertThat(quantum.isOver(now)).isTrue();
        quantum.begin();
        quantum.discarded(16_383);
        assertThat(quantum.isOver(now)).isFalse();
    }

    @Test
    void waits_double_up_to_16_ms_for_a_peer_that_is_never_quiet() {
        for (long wait : new long[] {1, 2, 4, 8, 16, 16}) {
            assertThat(endedAfter(100)).isEqualTo(wait);
        }
    }

    @Test
    void wait_is_short_again_for_a_peer_that_was_quiet() {
        waits_double_up_to_16_ms_for_a_peer_that_is_never_quiet();
        assertThat(endedAfter(101)).isEqualTo(1);
        assertThat(endedAfter(0)).isEqualTo(2);
    }

    @Test
    void wait_is_short_again_for_a_peer_with_a_frame_that_passes_the_limits() {
        waits_double_up_to_16_ms_for_a_peer_that_is_never_quiet();
        quantum.answeredLater();
        assertThat(endedAfter(0)).isEqualTo(1);
    }

    private long endedAfter(long millis) {
        now += MILLISECONDS.toNanos(millis);
        return quantum.end(now);
    }
}

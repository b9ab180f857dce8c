package dev.portcullis.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EventLoopMonitorTest {
    private final EventLoopMonitor monitor = new EventLoopMonitor(2, 30, 3);
    private final List<Integer> asked = new ArrayList<>();

    @Test
    void loop_that_answers_is_asked_again_and_never_found() {
        for (long now = 0; now < 100; now++) {
            assertThat(monitor.check(now, asked::add)).isEmpty();
            monitor.answered(0);
            monitor.answered(1);
        }
        assertThat(asked).hasSize(200);
    }

    @Test
    void loop_that_does_not_answer_is_found_when_its_time_is_over_and_not_before() {
        for (long now = 0; now < 30; now++) {
            assertThat(monitor.check(now, asked::add)).isEmpty();
            monitor.answered(0);
        }
        assertThat(monitor.check(30, asked::add)).isEqualTo(OptionalInt.of(1));
    }

    @Test
    void suspended_process_starts_the_time_of_each_loop_again() {
        for (long now = 0; now < 29; now++) {
            assertThat(monitor.check(now, asked::add)).isEmpty();
        }
        assertThat(monitor.check(1_000, asked::add)).isEmpty();
        for (long now = 1_001; now < 1_030; now++) {
            assertThat(monitor.check(now, asked::add)).isEmpty();
        }
        assertThat(monitor.check(1_030, asked::add)).isPresent();
    }
}

package dev.portcullis.edge.tcp;

import static dev.portcullis.edge.tcp.ArrivalPace.GAP_NANOS;
import static dev.portcullis.edge.tcp.ArrivalPace.MOST;
import static dev.portcullis.edge.tcp.ArrivalPace.PROMPT_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalPaceTest {
    private final ArrivalPace pace = new ArrivalPace();

    @Test
    void loop_that_takes_a_connection_on_promptly_is_ready() {
        assertThat(pace.isReady(PROMPT_NANOS)).isTrue();
    }

    @Test
    void loop_that_was_late_is_ready_once_it_was_prompt_for_as_long() {
        assertThat(pace.isReady(3 * GAP_NANOS)).isFalse();
        assertThat(answers()).isEqualTo(3);
    }

    @Test
    void loop_that_was_very_late_has_to_be_prompt_for_a_bounded_time() {
        assertThat(pace.isReady(Long.MAX_VALUE)).isFalse();
        assertThat(answers()).isEqualTo(MOST);
    }

    @Test
    void loop_that_is_late_again_has_to_be_prompt_for_the_longer_of_both_times() {
        assertThat(pace.isReady(MOST * GAP_NANOS)).isFalse();
        assertThat(pace.isReady(0)).isFalse();
        assertThat(pace.isReady(3 * GAP_NANOS)).isFalse();
        assertThat(answers()).isEqualTo(MOST - 1);
    }

    /** How many prompt answers it takes from now on. */
    private int answers() {
        int answers = 1;
        while (!pace.isReady(0)) {
            answers++;
        }
        return answers;
    }
}

package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Breaker.Pass;
import dev.portcullis.bus.BusFailure.Kind;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private static final Breaker.Config CONFIG = new Breaker.Config(3, 20, 1_000, 8_000);

    private final Breaker breaker = new Breaker(CONFIG);
    private long now = Long.MAX_VALUE - 5; // nanoTime may run over

    @Test
    void three_silences_in_a_row_take_it_out() {
        assertThat(broke(2, Kind.LATE)).isFalse();
        assertThat(breaker.pass(now)).isEqualTo(Pass.FREELY);
        assertThat(broke(1, Kind.NOBODY)).isTrue();
        assertThat(breaker.pass(now)).isEqualTo(Pass.NOT);
        assertThat(breaker.lastResort()).isFalse();
    }

    @Test
    void an_answer_between_them_begins_the_row_again() {
        broke(2, Kind.LATE);
        breaker.answered();
        assertThat(broke(2, Kind.LATE)).isFalse();
        assertThat(breaker.pass(now)).isEqualTo(Pass.FREELY);
    }

    @Test
    void twenty_failures_take_it_out_but_leave_it_the_last_resort() {
        assertThat(broke(19, Kind.FAILED)).isFalse();
        assertThat(broke(1, Kind.FAILED)).isTrue();
        assertThat(breaker.pass(now)).isEqualTo(Pass.NOT);
        assertThat(breaker.lastResort()).isTrue();
        breaker.answered();
        assertThat(breaker.pass(now)).isEqualTo(Pass.FREELY);
    }

    /** Who answers that it failed is there. */
    @Test
    void a_failure_ends_a_row_of_silences() {
        broke(2, Kind.LATE);
        broke(1, Kind.FAILED);
        assertThat(broke(2, Kind.LATE)).isFalse();
    }

    @Test
    void after_its_while_one_question_tries_it_and_an_answer_puts_it_in() {
        broke(3, Kind.LATE);
        pass(999);
        assertThat(breaker.isWell(now)).isFalse();
        assertThat(breaker.pass(now)).isEqualTo(Pass.NOT);
        pass(1);
        assertThat(breaker.isWell(now)).isTrue();
        assertThat(breaker.pass(now)).isEqualTo(Pass.AS_TRIAL);
        assertThat(breaker.isWell(now)).isFalse();
        assertThat(breaker.pass(now)).as("one at a time").isEqualTo(Pass.NOT);
        breaker.answered();
        assertThat(breaker.pass(now)).isEqualTo(Pass.FREELY);
    }

    @Test
    void each_trial_that_fails_doubles_the_while_up_to_the_longest() {
        broke(3, Kind.LATE);
        long[] whiles = {1_000, 2_000, 4_000, 8_000, 8_000};
        for (long expected : whiles) {
            pass(expected - 1);
            assertThat(breaker.pass(now)).isEqualTo(Pass.NOT);
            pass(1);
            assertThat(breaker.pass(now)).isEqualTo(Pass.AS_TRIAL);
            assertThat(breaker.broke(Kind.LATE, Pass.AS_TRIAL, now))
                    .as("it was out")
                    .isFalse();
        }
        pass(8_000);
        breaker.pass(now);
        breaker.answered();
        broke(3, Kind.LATE);
        pass(1_000);
        assertThat(breaker.pass(now)).as("short again").isEqualTo(Pass.AS_TRIAL);
    }

    @Test
    void a_question_from_before_it_was_out_is_no_trial() {
        broke(3, Kind.LATE);
        pass(1_000);
        assertThat(breaker.pass(now)).isEqualTo(Pass.AS_TRIAL);
        broke(5, Kind.LATE);
        assertThat(breaker.pass(now)).as("the trial is still under way").isEqualTo(Pass.NOT);
        breaker.answered();
        assertThat(breaker.pass(now)).isEqualTo(Pass.FREELY);
    }

    @Test
    void a_trial_that_was_not_asked_after_all_leaves_the_next_one_to_try() {
        broke(3, Kind.LATE);
        pass(1_000);
        breaker.spared(breaker.pass(now));
        assertThat(breaker.pass(now)).isEqualTo(Pass.AS_TRIAL);
    }

    private boolean broke(int times, Kind kind) {
        return IntStream.range(0, times)
                .mapToObj(i -> breaker.broke(kind, Pass.FREELY, now))
                .reduce(false, Boolean::logicalOr);
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}

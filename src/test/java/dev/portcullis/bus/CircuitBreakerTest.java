package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.bus.CircuitBreaker.Pass;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private static final CircuitBreaker.Config CONFIG = new CircuitBreaker.Config(3, 20, 1_000, 8_000);

    private final CircuitBreaker breaker = new CircuitBreaker(CONFIG);
    private long now = Long.MAX_VALUE - 5; // nanoTime may run over

    @Test
    void three_silences_in_a_row_take_it_out() {
        assertThat(fail(2, Kind.TIMEOUT)).isFalse();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
        assertThat(fail(1, Kind.NO_INSTANCE)).isTrue();
        assertThat(breaker.pass(now)).isEqualTo(Pass.OPEN);
        assertThat(breaker.isLastResort()).isFalse();
    }

    @Test
    void an_answer_between_them_begins_the_row_again() {
        fail(2, Kind.TIMEOUT);
        breaker.recordSuccess();
        assertThat(fail(2, Kind.TIMEOUT)).isFalse();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
    }

    @Test
    void twenty_failures_take_it_out_but_leave_it_the_last_resort() {
        assertThat(fail(19, Kind.FAILED)).isFalse();
        assertThat(fail(1, Kind.FAILED)).isTrue();
        assertThat(breaker.pass(now)).isEqualTo(Pass.OPEN);
        assertThat(breaker.isLastResort()).isTrue();
        breaker.recordSuccess();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
    }

    /** Who answers that it failed is there. */
    @Test
    void a_failure_ends_a_row_of_silences() {
        fail(2, Kind.TIMEOUT);
        fail(1, Kind.FAILED);
        assertThat(fail(2, Kind.TIMEOUT)).isFalse();
    }

    @Test
    void after_its_while_one_question_tries_it_and_an_answer_puts_it_in() {
        fail(3, Kind.TIMEOUT);
        advance(999);
        assertThat(breaker.isAvailable(now)).isFalse();
        assertThat(breaker.pass(now)).isEqualTo(Pass.OPEN);
        advance(1);
        assertThat(breaker.isAvailable(now)).isTrue();
        assertThat(breaker.pass(now)).isEqualTo(Pass.HALF_OPEN);
        assertThat(breaker.isAvailable(now)).isFalse();
        assertThat(breaker.pass(now)).as("one at a time").isEqualTo(Pass.OPEN);
        breaker.recordSuccess();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
    }

    @Test
    void each_trial_that_fails_doubles_the_while_up_to_the_longest() {
        fail(3, Kind.TIMEOUT);
        long[] whiles = {1_000, 2_000, 4_000, 8_000, 8_000};
        for (long expected : whiles) {
            advance(expected - 1);
            assertThat(breaker.pass(now)).isEqualTo(Pass.OPEN);
            advance(1);
            assertThat(breaker.pass(now)).isEqualTo(Pass.HALF_OPEN);
            assertThat(breaker.recordFailure(Kind.TIMEOUT, Pass.HALF_OPEN, now))
                    .as("it was out")
                    .isFalse();
        }
        advance(8_000);
        breaker.pass(now);
        breaker.recordSuccess();
        fail(3, Kind.TIMEOUT);
        advance(1_000);
        assertThat(breaker.pass(now)).as("short again").isEqualTo(Pass.HALF_OPEN);
    }

    @Test
    void a_question_from_before_it_was_out_is_no_trial() {
        fail(3, Kind.TIMEOUT);
        advance(1_000);
        assertThat(breaker.pass(now)).isEqualTo(Pass.HALF_OPEN);
        fail(5, Kind.TIMEOUT);
        assertThat(breaker.pass(now)).as("the trial is still under way").isEqualTo(Pass.OPEN);
        breaker.recordSuccess();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
    }

    @Test
    void a_trial_that_was_not_asked_after_all_leaves_the_next_one_to_try() {
        fail(3, Kind.TIMEOUT);
        advance(1_000);
        breaker.recordCancelled(breaker.pass(now));
        assertThat(breaker.pass(now)).isEqualTo(Pass.HALF_OPEN);
    }

    private boolean fail(int times, Kind kind) {
        return IntStream.range(0, times)
                .mapToObj(i -> breaker.recordFailure(kind, Pass.CLOSED, now))
                .reduce(false, Boolean::logicalOr);
    }

    private void advance(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}

package dev.portcullis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.resilience.CircuitBreaker.Failure;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import dev.portcullis.resilience.CircuitBreaker.State;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private static final CircuitBreaker.Config CONFIG = new CircuitBreaker.Config(3, 20, 1_000, 8_000);

    private final CircuitBreaker breaker = new CircuitBreaker(CONFIG);
    private long now = Long.MAX_VALUE - 5; // nanoTime may overflow

    @Test
    void breaker_opens_after_three_timeouts_in_a_row() {
        assertThat(fail(2, Failure.NO_ANSWER)).isFalse();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
        assertThat(fail(1, Failure.NO_ANSWER)).isTrue();
        assertThat(breaker.pass(now)).isEqualTo(Pass.OPEN);
        assertThat(breaker.state()).isEqualTo(State.UNRESPONSIVE);
    }

    @Test
    void answer_resets_the_count_of_timeouts() {
        fail(2, Failure.NO_ANSWER);
        breaker.recordSuccess();
        assertThat(fail(2, Failure.NO_ANSWER)).isFalse();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
    }

    @Test
    void breaker_that_opens_after_twenty_failures_says_that_its_target_answers() {
        assertThat(fail(19, Failure.ANSWERED)).isFalse();
        assertThat(fail(1, Failure.ANSWERED)).isTrue();
        assertThat(breaker.pass(now)).isEqualTo(Pass.OPEN);
        assertThat(breaker.state()).isEqualTo(State.FAILING);
        breaker.recordSuccess();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
    }

    /** A target that replies with a failure is responsive. */
    @Test
    void failure_resets_the_count_of_timeouts() {
        fail(2, Failure.NO_ANSWER);
        fail(1, Failure.ANSWERED);
        assertThat(fail(2, Failure.NO_ANSWER)).isFalse();
    }

    @Test
    void open_breaker_lets_one_trial_pass_after_its_time_and_an_answer_closes_it() {
        fail(3, Failure.NO_ANSWER);
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
    void failed_trial_doubles_the_open_time_up_to_the_longest() {
        fail(3, Failure.NO_ANSWER);
        long[] openTimes = {1_000, 2_000, 4_000, 8_000, 8_000};
        for (long expected : openTimes) {
            advance(expected - 1);
            assertThat(breaker.pass(now)).isEqualTo(Pass.OPEN);
            advance(1);
            assertThat(breaker.pass(now)).isEqualTo(Pass.HALF_OPEN);
            assertThat(breaker.recordFailure(Failure.NO_ANSWER, Pass.HALF_OPEN, now))
                    .as("it was open before")
                    .isFalse();
        }
        advance(8_000);
        breaker.pass(now);
        breaker.recordSuccess();
        fail(3, Failure.NO_ANSWER);
        advance(1_000);
        assertThat(breaker.pass(now)).as("short again").isEqualTo(Pass.HALF_OPEN);
    }

    @Test
    void failure_of_a_question_sent_before_the_breaker_opened_is_no_failed_trial() {
        fail(3, Failure.NO_ANSWER);
        advance(1_000);
        assertThat(breaker.pass(now)).isEqualTo(Pass.HALF_OPEN);
        fail(5, Failure.NO_ANSWER);
        assertThat(breaker.pass(now)).as("the trial is still under way").isEqualTo(Pass.OPEN);
        breaker.recordSuccess();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
    }

    @Test
    void cancelled_trial_lets_the_next_question_be_the_trial() {
        fail(3, Failure.NO_ANSWER);
        advance(1_000);
        breaker.recordCancelled(breaker.pass(now));
        assertThat(breaker.pass(now)).isEqualTo(Pass.HALF_OPEN);
    }

    private boolean fail(int times, Failure failure) {
        return IntStream.range(0, times)
                .mapToObj(i -> breaker.recordFailure(failure, Pass.CLOSED, now))
                .reduce(false, Boolean::logicalOr);
    }

    private void advance(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}

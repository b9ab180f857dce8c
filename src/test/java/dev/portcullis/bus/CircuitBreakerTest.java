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
    private long now = Long.MAX_VALUE - 5; // nanoTime may overflow

    @Test
    void breaker_opens_after_three_timeouts_in_a_row() {
        assertThat(fail(2, Kind.TIMEOUT)).isFalse();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
        assertThat(fail(1, Kind.NO_INSTANCE)).isTrue();
        assertThat(breaker.pass(now)).isEqualTo(Pass.OPEN);
        assertThat(breaker.isLastResort()).isFalse();
    }

    @Test
    void answer_resets_the_count_of_timeouts() {
        fail(2, Kind.TIMEOUT);
        breaker.recordSuccess();
        assertThat(fail(2, Kind.TIMEOUT)).isFalse();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
    }

    @Test
    void breaker_opens_after_twenty_failures_and_the_instance_stays_a_last_resort() {
        assertThat(fail(19, Kind.FAILED)).isFalse();
        assertThat(fail(1, Kind.FAILED)).isTrue();
        assertThat(breaker.pass(now)).isEqualTo(Pass.OPEN);
        assertThat(breaker.isLastResort()).isTrue();
        breaker.recordSuccess();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
    }

    /** An instance that replies with a failure is responsive. */
    @Test
    void failure_resets_the_count_of_timeouts() {
        fail(2, Kind.TIMEOUT);
        fail(1, Kind.FAILED);
        assertThat(fail(2, Kind.TIMEOUT)).isFalse();
    }

    @Test
    void open_breaker_lets_one_trial_pass_after_its_time_and_an_answer_closes_it() {
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
    void failed_trial_doubles_the_open_time_up_to_the_longest() {
        fail(3, Kind.TIMEOUT);
        long[] openTimes = {1_000, 2_000, 4_000, 8_000, 8_000};
        for (long expected : openTimes) {
            advance(expected - 1);
            assertThat(breaker.pass(now)).isEqualTo(Pass.OPEN);
            advance(1);
            assertThat(breaker.pass(now)).isEqualTo(Pass.HALF_OPEN);
            assertThat(breaker.recordFailure(Kind.TIMEOUT, Pass.HALF_OPEN, now))
                    .as("it was open before")
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
    void failure_of_a_question_sent_before_the_breaker_opened_is_no_failed_trial() {
        fail(3, Kind.TIMEOUT);
        advance(1_000);
        assertThat(breaker.pass(now)).isEqualTo(Pass.HALF_OPEN);
        fail(5, Kind.TIMEOUT);
        assertThat(breaker.pass(now)).as("the trial is still under way").isEqualTo(Pass.OPEN);
        breaker.recordSuccess();
        assertThat(breaker.pass(now)).isEqualTo(Pass.CLOSED);
    }

    @Test
    void cancelled_trial_lets_the_next_question_be_the_trial() {
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

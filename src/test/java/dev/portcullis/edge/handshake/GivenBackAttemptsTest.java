package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.edge.ScriptedEdge;
import dev.portcullis.ratelimit.RateLimitConfig;
import org.junit.jupiter.api.Test;

class GivenBackAttemptsTest {
    private static final RateLimitConfig CONFIG = RateLimitConfig.read(ScriptedEdge.DEFAULTS.section("ratelimit"));
    private static final long NOW = 1_000_000;
    private static final long MINUTE = 60_000;

    private final GivenBackAttempts attempts = new GivenBackAttempts(Live.fixed(CONFIG));

    @Test
    void attempt_that_is_given_back_is_taken_once_by_its_own_address() {
        attempts.giveBack("a", NOW);
        assertThat(attempts.take("b", NOW)).isFalse();
        assertThat(attempts.take("a", NOW)).isTrue();
        assertThat(attempts.take("a", NOW)).isFalse();
    }

    @Test
    void attempt_that_no_longer_counts_is_not_there_to_take() {
        attempts.giveBack("a", NOW);
        assertThat(attempts.take("a", NOW + MINUTE)).isFalse();
    }

    /** Where the limit only observes, or the counters did not answer, more attempts pass than count. */
    @Test
    void no_more_are_given_back_than_the_limit_counts() {
        int max = CONFIG.limits().handshakes().max();
        for (int i = 0; i < 3 * max; i++) {
            attempts.giveBack("a", NOW);
        }
        for (int i = 0; i < max; i++) {
            assertThat(attempts.take("a", NOW)).isTrue();
        }
        assertThat(attempts.take("a", NOW)).isFalse();
    }
}

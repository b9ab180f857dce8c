package dev.portcullis.auth.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FetchAllowanceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void four_fetches_pass_at_once_and_then_one_in_each_interval() {
        long begin = Long.MAX_VALUE - SECOND; // System.nanoTime() may overflow
        FetchAllowance allowance = new FetchAllowance(30_000, begin);
        for (int i = 0; i < 4; i++) {
            assertThat(allowance.take(begin)).isTrue();
        }
        assertThat(allowance.take(begin)).isFalse();
        assertThat(allowance.take(begin + 29 * SECOND)).isFalse();
        assertThat(allowance.take(begin + 30 * SECOND)).isTrue();
        assertThat(allowance.take(begin + 31 * SECOND)).isFalse();
    }

    @Test
    void allowance_does_not_grow_beyond_four() {
        FetchAllowance allowance = new FetchAllowance(1_000, 0);
        int passed = 0;
        for (int i = 0; i < 10; i++) {
            passed += allowance.take(1_000 * SECOND) ? 1 : 0;
        }
        assertThat(passed).isEqualTo(4);
    }
}

package dev.portcullis.auth.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FetchScheduleTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void four_fetches_for_tokens_pass_at_once_and_then_one_in_each_interval() {
        long begin = Long.MAX_VALUE - SECOND; // System.nanoTime() may overflow
        FetchSchedule schedule = schedule(30_000, begin);
        for (int i = 0; i < 4; i++) {
            assertThat(schedule.takeForToken(begin)).isTrue();
        }
        assertThat(schedule.takeForToken(begin)).isFalse();
        assertThat(schedule.takeForToken(begin + 29 * SECOND)).isFalse();
        assertThat(schedule.takeForToken(begin + 30 * SECOND)).isTrue();
        assertThat(schedule.takeForToken(begin + 31 * SECOND)).isFalse();
    }

    @Test
    void allowance_of_tokens_does_not_grow_beyond_four() {
        FetchSchedule schedule = schedule(1_000, 0);
        int passed = 0;
        for (int i = 0; i < 10; i++) {
            passed += schedule.takeForToken(1_000 * SECOND) ? 1 : 0;
        }
        assertThat(passed).isEqualTo(4);
    }

    /** Each pause is up to a tenth more or less. */
    @Test
    void failed_fetch_is_repeated_earlier_and_then_less_and_less_often() {
        FetchSchedule schedule = schedule(30_000, 0);
        assertThat(schedule.pauseAfter(KeyFetchResult.OK)).isBetween(540_000L, 660_000L);
        for (long pause = 1_000; pause < 60_000; pause *= 2) {
            assertThat(schedule.pauseAfter(KeyFetchResult.NO_ANSWER)).isBetween(pause * 9 / 10, pause * 11 / 10);
        }
        assertThat(schedule.pauseAfter(KeyFetchResult.NO_ANSWER)).isBetween(54_000L, 66_000L);
        assertThat(schedule.pauseAfter(KeyFetchResult.OK)).isBetween(540_000L, 660_000L);
        assertThat(schedule.pauseAfter(KeyFetchResult.BAD_STATUS)).isBetween(900L, 1_100L);
    }

    private static FetchSchedule schedule(long unknownKidMs, long now) {
        KeysConfig standard = KeysConfig.STANDARD;
        return new FetchSchedule(
                new KeysConfig(
                        standard.refreshMs(),
                        unknownKidMs,
                        standard.withdrawnMs(),
                        standard.waitMs(),
                        standard.ca(),
                        standard.threads()),
                now);
    }
}

package dev.portcullis.client.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimitCountdownTest {
    private static final long NOW = 7_000_000_000L;

    private final List<String> shown = new ArrayList<>();
    private final RateLimitCountdown countdown = new RateLimitCountdown(shown::add);

    @Test
    void last_seconds_are_shown_one_by_one() {
        countdown.extend(NOW, 1_200);

        assertThat(runFrom(NOW)).isBetween(1_200L, 1_210L);
        assertThat(shown).containsExactly("   2 \u2026", "   1 \u2026", "-- you may write again");
    }

    @Test
    void long_wait_shows_only_the_last_five_seconds() {
        countdown.extend(NOW, 60_000);

        assertThat(runFrom(NOW)).isBetween(60_000L, 60_100L);
        assertThat(shown)
                .containsExactly(
                        "   5 \u2026",
                        "   4 \u2026",
                        "   3 \u2026",
                        "   2 \u2026",
                        "   1 \u2026",
                        "-- you may write again");
    }

    @Test
    void overlapping_limits_share_one_countdown_to_the_last_end() {
        assertThat(countdown.extend(NOW, 1_000)).isTrue();
        assertThat(countdown.extend(NOW, 2_000)).isFalse();
        assertThat(countdown.extend(NOW, 500)).isFalse();

        assertThat(runFrom(NOW)).isBetween(2_000L, 2_010L);
        assertThat(shown).containsExactly("   2 \u2026", "   1 \u2026", "-- you may write again");
    }

    @Test
    void limit_after_the_end_starts_another_countdown() {
        countdown.extend(NOW, 10);
        long later = NOW + TimeUnit.MILLISECONDS.toNanos(runFrom(NOW));

        assertThat(countdown.extend(later, 10)).isTrue();
    }

    @Test
    void late_tick_skips_the_seconds_that_passed() {
        countdown.extend(NOW, 3_000);

        assertThat(countdown.tick(NOW + TimeUnit.SECONDS.toNanos(5))).isZero();
        assertThat(shown).containsExactly("-- you may write again");
    }

    /** Ticks whenever it is due; returns the milliseconds until the end. */
    private long runFrom(long begin) {
        long now = begin;
        for (long wait = countdown.tick(now); wait > 0; wait = countdown.tick(now)) {
            now += TimeUnit.MILLISECONDS.toNanos(wait);
        }
        return TimeUnit.NANOSECONDS.toMillis(now - begin);
    }
}

package dev.portcullis.ratelimit.window;

import static dev.portcullis.protocol.Rejection.Window.BURST;
import static dev.portcullis.protocol.Rejection.Window.BYTES;
import static dev.portcullis.protocol.Rejection.Window.HOUR;
import static dev.portcullis.protocol.Rejection.Window.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Rejection.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SlidingWindowTest {
    private static final long NOON = 1_780_000_000_000L;

    /** A granted amount, and when it was counted. */
    private record Counted(long at, int amount) {}

    @Test
    void count_at_the_end_of_one_second_still_counts_at_the_start_of_the_next() {
        SlidingWindow burst = window(BURST);
        burst.count(NOON + 999, 10);

        assertThat(burst.untilFree(NOON + 1_000, 1, 10)).isEqualTo(999);
        assertThat(burst.untilFree(NOON + 1_998, 1, 10)).isEqualTo(1);
        assertThat(burst.untilFree(NOON + 1_999, 1, 10)).isZero();
    }

    @Test
    void amount_larger_than_the_limit_fits_into_an_empty_window() {
        SlidingWindow bytes = window(BYTES);
        bytes.count(NOON, 1);

        assertThat(bytes.untilFree(NOON, 5_000, 1_000)).isEqualTo(60_000);
        assertThat(bytes.untilFree(NOON + 60_000, 5_000, 1_000)).isZero();
    }

    @Test
    void count_older_than_32_bits_of_milliseconds_is_dropped() {
        SlidingWindow minute = window(MINUTE);
        minute.count(NOON, 7);

        assertThat(minute.total(NOON + (1L << 32) + 5)).isZero();
        assertThat(minute.untilFree(NOON + (1L << 32) + 5, 1, 1)).isZero();
    }

    @Test
    void lagging_clock_of_another_thread_frees_nothing_and_gets_the_true_wait() {
        SlidingWindow burst = window(BURST);
        burst.count(NOON + 50, 10);

        assertThat(burst.untilFree(NOON, 1, 10)).isEqualTo(1_050);
        burst.count(NOON, 1);
        assertThat(burst.total(NOON + 1_049)).isEqualTo(11);
        assertThat(burst.total(NOON + 1_050)).isZero();
    }

    @ParameterizedTest
    @EnumSource(Window.class)
    void window_that_counts_the_cells_of_another_one_answers_like_it(Window kind) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        SlidingWindow window = window(kind);
        long now = NOON;
        for (int i = 0; i < 300; i++) {
            now += random.nextInt(SlidingWindow.Span.of(kind).lengthMs() / 10);
            if (random.nextInt(3) == 0) {
                window.takeBack(now);
            } else {
                window.count(now, 1 + random.nextInt(3));
            }
            SlidingWindow copy = window(kind);
            window.cells().forEach(cell -> copy.count(cell.time(), cell.amount()));
            for (int max = 1; max < 20; max++) {
                assertThat(copy.untilFree(now, 1, max)).as("seed %d", seed).isEqualTo(window.untilFree(now, 1, max));
            }
            assertThat(copy.cells()).as("seed %d", seed).isEqualTo(window.cells());
        }
    }

    @ParameterizedTest
    @EnumSource(Window.class)
    void no_interval_of_the_windows_length_exceeds_the_limit_and_each_wait_is_exact(Window kind) {
        for (int run = 0; run < 40; run++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            check(kind, 1 + random.nextInt(60), random, "seed " + seed);
        }
    }

    private static void check(Window kind, int max, Random random, String seed) {
        SlidingWindow.Span span = SlidingWindow.Span.of(kind);
        List<Counted> history = new ArrayList<>();
        SlidingWindow window = new SlidingWindow(span);
        long now = NOON + random.nextInt(span.lengthMs());
        for (int i = 0; i < 300; i++) {
            now += random.nextInt(4) == 0 ? random.nextInt(span.lengthMs()) : random.nextInt(1 + span.lengthMs() / 40);
            int amount = kind == BYTES ? 1 + random.nextInt(max) : 1;
            long wait = window.untilFree(now, amount, max);
            if (wait == 0) {
                assertThat(within(history, now, span.lengthMs()) + amount)
                        .as(seed)
                        .isLessThanOrEqualTo(max);
                window.count(now, amount);
                history.add(new Counted(now, amount));
            } else {
                assertThat(wait).as(seed).isBetween(1L, (long) span.lengthMs());
                assertThat(within(history, now, span.lengthMs() + span.stepMs()) + amount)
                        .as("refused although it fits, " + seed)
                        .isGreaterThan(max);
                assertThat(replayed(span, history).untilFree(now + wait - 1, amount, max))
                        .as(seed)
                        .isPositive();
                assertThat(replayed(span, history).untilFree(now + wait, amount, max))
                        .as(seed)
                        .isZero();
            }
        }
    }

    private static int within(List<Counted> history, long now, long length) {
        return history.stream()
                .filter(each -> each.at > now - length)
                .mapToInt(Counted::amount)
                .sum();
    }

    private static SlidingWindow replayed(SlidingWindow.Span span, List<Counted> history) {
        SlidingWindow window = new SlidingWindow(span);
        history.forEach(each -> window.count(each.at, each.amount));
        return window;
    }

    private static SlidingWindow window(Window kind) {
        return new SlidingWindow(kind);
    }

    @Test
    void hour_window_keeps_at_most_sixty_one_steps() {
        SlidingWindow hour = window(HOUR);
        for (int second = 0; second <= 7_200; second++) {
            hour.count(NOON + second * 1_000L, 1);
        }

        assertThat(hour.total(NOON + 7_200_000)).isBetween(3_600, 3_660);
    }
}

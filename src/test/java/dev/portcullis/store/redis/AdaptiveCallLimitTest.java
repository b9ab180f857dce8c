package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.redis.AdaptiveCallLimit.Bounds;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdaptiveCallLimitTest {
    private static final int MAX = 1_000;
    private static final Bounds BOUNDS = new Bounds(100, 10);

    private final AdaptiveCallLimit limit = new AdaptiveCallLimit(BOUNDS, MAX);

    @Test
    void fast_server_gets_as_many_calls_as_the_configuration_allows() {
        for (int i = 0; i < MAX; i++) {
            assertThat(limit.hasCapacity()).isTrue();
            limit.begin();
        }
        assertThat(limit.hasCapacity()).isFalse();
        limit.end(0, ms(1));
        assertThat(limit.hasCapacity()).isTrue();
    }

    @Test
    void late_answer_lowers_the_limit() {
        limit.begin();
        limit.end(0, ms(101));
        assertThat(limit.current()).isEqualTo(700);
    }

    @Test
    void late_answers_of_one_overload_lower_the_limit_once() {
        for (int i = 0; i < 50; i++) {
            limit.begin();
        }
        for (int i = 0; i < 50; i++) {
            limit.end(0, ms(200 + i));
        }
        assertThat(limit.current()).isEqualTo(700);
        limit.begin();
        limit.end(ms(300), ms(500));
        assertThat(limit.current()).isBetween(489, 490);
    }

    @Test
    void call_that_never_reached_the_server_leaves_the_limit_unchanged() {
        limit.begin();
        limit.end();
        assertThat(limit.current()).isEqualTo(MAX);
        assertThat(limit.inFlight()).isZero();
    }

    /** One call at a time, ten a second: after 40 s a burst must pass, in the end as many calls as before. */
    @Test
    void light_traffic_of_a_fast_server_raises_the_limit_to_its_maximum() {
        long now = slow();
        assertThat(limit.current()).isEqualTo(BOUNDS.min());
        now = lightTraffic(now, 400);
        assertThat(limit.current()).isBetween(400, MAX - 1);
        now = lightTraffic(now, 400);
        assertThat(limit.current()).isEqualTo(MAX);
        lightTraffic(now, 400);
        assertThat(limit.current()).isEqualTo(MAX);
    }

    @Test
    void time_until_a_late_answer_does_not_raise_the_limit() {
        for (int i = 0; i < 51; i++) {
            limit.begin();
        }
        for (int i = 0; i < 50; i++) {
            limit.end(0, ms(200 + 1_000 * i));
        }
        assertThat(limit.current()).isEqualTo(700);
        limit.end(ms(49_200 - 1), ms(49_200));
        assertThat(limit.current()).isEqualTo(700);
        limit.begin();
        limit.end(ms(50_199), ms(50_200));
        assertThat(limit.current()).as("a second later").isBetween(769, 770);
    }

    private long slow() {
        long now = 0;
        for (int i = 0; i < 30; i++) {
            limit.begin();
            limit.end(now, now + ms(300));
            now += ms(300);
        }
        return now;
    }

    private long lightTraffic(long from, int calls) {
        long now = from;
        for (int i = 0; i < calls; i++) {
            now += ms(100);
            limit.begin();
            limit.end(now - ms(1), now);
        }
        return now;
    }

    /** A server of random speed that serves one call after the other, with more callers than it can serve. */
    @Test
    void limit_under_random_load_keeps_its_bounds_and_keeps_answers_near_the_target() {
        long seed = new Random().nextLong();
        for (int round = 0; round < 50; round++) {
            overload(new Random(seed + round), "seed " + seed + " round " + round);
        }
    }

    private static void overload(Random random, String description) {
        AdaptiveCallLimit limit = new AdaptiveCallLimit(BOUNDS, MAX);
        long serviceNanos = ms(1) / 4 + random.nextInt((int) ms(4)); // a full queue of 1,000 takes 0.25 to 4 s
        Deque<Long> queue = new ArrayDeque<>();
        long now = 0;
        long longest = 0;
        int served = 0;
        for (int step = 0; step < 40_000; step++) {
            for (int calls = random.nextInt(4); calls > 0; calls--) {
                if (limit.hasCapacity()) {
                    limit.begin();
                    queue.add(now);
                }
            }
            now += serviceNanos;
            if (!queue.isEmpty()) {
                long startedAt = queue.remove();
                limit.end(startedAt, now);
                served++;
                longest = step > 20_000 ? Math.max(longest, now - startedAt) : 0;
            }
            assertThat(limit.current()).as(description).isBetween(BOUNDS.min(), MAX);
            assertThat(limit.inFlight()).as(description).isEqualTo(queue.size());
        }
        assertThat(longest).as(description).isLessThan(2 * ms(BOUNDS.targetMs()));
        assertThat(served).as("the server is kept busy, " + description).isGreaterThan(30_000);
        while (!queue.isEmpty()) {
            now += ms(1) / 4;
            limit.end(queue.remove(), now);
        }
        for (int round = 0; round < 2_000_000 && limit.current() < MAX; round++) {
            while (limit.hasCapacity()) {
                limit.begin();
            }
            limit.end(now, now + ms(1));
            now += ms(1);
        }
        assertThat(limit.current())
                .as("a fast server gets the whole limit again, " + description)
                .isGreaterThanOrEqualTo(MAX - 1);
    }

    private static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}

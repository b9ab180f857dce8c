package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.redis.AdaptiveCallLimit.Bounds;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdaptiveCallLimitTest {
    private static final int MOST = 1_000;
    private static final Bounds BOUNDS = new Bounds(100, 10);

    private final AdaptiveCallLimit limit = new AdaptiveCallLimit(BOUNDS, MOST);

    @Test
    void a_quick_server_gets_as_many_calls_as_the_configuration_allows() {
        for (int i = 0; i < MOST; i++) {
            assertThat(limit.hasRoom()).isTrue();
            limit.begin();
        }
        assertThat(limit.hasRoom()).isFalse();
        limit.end(0, ms(1));
        assertThat(limit.hasRoom()).isTrue();
    }

    @Test
    void a_late_answer_lets_fewer_calls_begin() {
        limit.begin();
        limit.end(0, ms(101));
        assertThat(limit.now()).isEqualTo(700);
    }

    @Test
    void the_late_answers_of_one_overload_count_once() {
        for (int i = 0; i < 50; i++) {
            limit.begin();
        }
        for (int i = 0; i < 50; i++) {
            limit.end(0, ms(200 + i));
        }
        assertThat(limit.now()).isEqualTo(700);
        limit.begin();
        limit.end(ms(300), ms(500));
        assertThat(limit.now()).isBetween(489, 490);
    }

    @Test
    void a_call_that_never_reached_the_server_changes_nothing_but_the_count() {
        limit.begin();
        limit.end();
        assertThat(limit.now()).isEqualTo(MOST);
        assertThat(limit.underWay()).isZero();
    }

    /** A server of any speed that serves one call after the other, and more callers than it can serve. */
    @Test
    void whatever_the_load_the_limit_keeps_its_bounds_and_answers_come_near_the_target() {
        long seed = new Random().nextLong();
        for (int round = 0; round < 50; round++) {
            overload(new Random(seed + round), "seed " + seed + " round " + round);
        }
    }

    private static void overload(Random random, String description) {
        AdaptiveCallLimit limit = new AdaptiveCallLimit(BOUNDS, MOST);
        long service = ms(1) / 4 + random.nextInt((int) ms(4)); // a full queue of 1,000 takes 0.25 to 4 s
        Deque<Long> queue = new ArrayDeque<>();
        long now = 0;
        long longest = 0;
        int served = 0;
        for (int step = 0; step < 40_000; step++) {
            for (int asked = random.nextInt(4); asked > 0; asked--) {
                if (limit.hasRoom()) {
                    limit.begin();
                    queue.add(now);
                }
            }
            now += service;
            if (!queue.isEmpty()) {
                long began = queue.remove();
                limit.end(began, now);
                served++;
                longest = step > 20_000 ? Math.max(longest, now - began) : 0;
            }
            assertThat(limit.now()).as(description).isBetween(BOUNDS.least(), MOST);
            assertThat(limit.underWay()).as(description).isEqualTo(queue.size());
        }
        assertThat(longest).as(description).isLessThan(2 * ms(BOUNDS.targetMs()));
        assertThat(served).as("the server is kept busy, " + description).isGreaterThan(30_000);
        while (!queue.isEmpty()) {
            now += ms(1) / 4;
            limit.end(queue.remove(), now);
        }
        for (int quick = 0; quick < 2_000_000 && limit.now() < MOST; quick++) {
            while (limit.hasRoom()) {
                limit.begin();
            }
            limit.end(now, now + ms(1));
            now += ms(1);
        }
        assertThat(limit.now())
                .as("a quick server gets all of it again, " + description)
                .isGreaterThanOrEqualTo(MOST - 1);
    }

    private static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}

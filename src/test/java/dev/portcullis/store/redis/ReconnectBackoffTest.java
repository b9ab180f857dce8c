package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReconnectBackoffTest {
    @Test
    void waits_double_up_to_the_limit_and_restart_after_a_success() {
        ReconnectBackoff backoff = new ReconnectBackoff(new ReconnectBackoff.Bounds(10, 100), new Random(7) {
            @Override
            public long nextLong(long bound) {
                return bound - 1; // the longest wait
            }
        });
        assertThat(LongStream.generate(backoff::next).limit(6)).containsExactly(10L, 20L, 40L, 80L, 100L, 100L);
        assertThat(backoff.isFresh()).isFalse();
        backoff.reset();
        assertThat(backoff.isFresh()).isTrue();
        assertThat(backoff.next()).isEqualTo(10);
    }

    @Test
    void waits_of_several_nodes_differ() {
        ReconnectBackoff.Bounds bounds = new ReconnectBackoff.Bounds(1_000, 1_000);
        assertThat(LongStream.range(0, 50)
                        .map(seed -> new ReconnectBackoff(bounds, new Random(seed)).next())
                        .distinct()
                        .count())
                .isGreaterThan(10);
    }
}

package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnstileTest {
    private static final long BEGIN = Long.MAX_VALUE - 5; // System.nanoTime may overflow

    private final Turnstile turnstile = new Turnstile(3);

    @Test
    void so_many_pings_pass_within_ten_seconds() {
        for (int i = 0; i < 3; i++) {
            assertThat(turnstile.admitsPing(BEGIN + i)).isTrue();
        }
        assertThat(turnstile.admitsPing(BEGIN + TimeUnit.SECONDS.toNanos(10))).isFalse();
        assertThat(turnstile.admitsPing(BEGIN + TimeUnit.SECONDS.toNanos(10) + 1))
                .isTrue();
    }

    @Test
    void a_pong_that_was_asked_for_does_not_count() {
        for (int i = 0; i < 10; i++) {
            turnstile.pinged();
            assertThat(turnstile.admitsPong(BEGIN)).isTrue();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(turnstile.admitsPong(BEGIN)).as("nobody asked").isTrue();
        }
        assertThat(turnstile.admitsPong(BEGIN)).isFalse();
        turnstile.pinged();
        assertThat(turnstile.admitsPong(BEGIN)).isTrue();
    }
}

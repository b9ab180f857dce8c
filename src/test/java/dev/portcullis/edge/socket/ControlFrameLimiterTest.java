package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ControlFrameLimiterTest {
    private static final long BEGIN = Long.MAX_VALUE - 5; // System.nanoTime may overflow

    private final ControlFrameLimiter controlFrames = new ControlFrameLimiter(3);

    @Test
    void ping_over_the_maximum_of_ten_seconds_is_refused() {
        for (int i = 0; i < 3; i++) {
            assertThat(controlFrames.admitsPing(BEGIN + i)).isTrue();
        }
        assertThat(controlFrames.admitsPing(BEGIN + TimeUnit.SECONDS.toNanos(10)))
                .isFalse();
        assertThat(controlFrames.admitsPing(BEGIN + TimeUnit.SECONDS.toNanos(10) + 1))
                .isTrue();
    }

    @Test
    void pong_that_answers_a_ping_does_not_count() {
        for (int i = 0; i < 10; i++) {
            controlFrames.pinged();
            assertThat(controlFrames.admitsPong(BEGIN)).isTrue();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(controlFrames.admitsPong(BEGIN)).as("unsolicited").isTrue();
        }
        assertThat(controlFrames.admitsPong(BEGIN)).isFalse();
        controlFrames.pinged();
        assertThat(controlFrames.admitsPong(BEGIN)).isTrue();
    }
}

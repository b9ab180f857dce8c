package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ControlFrameLimiterTest {
    private static final long BEGIN = Long.MAX_VALUE - 5; // System.nanoTime may overflow

    private final ControlFrameLimiter controlFrames = new ControlFrameLimiter(3);

    @Test
    void so_many_pings_pass_within_ten_seconds() {
        for (int i = 0; i < 3; i++) {
            assertThat(controlFrames.admitsPing(BEGIN + i)).isTrue();
        }
        assertThat(controlFrames.admitsPing(BEGIN + TimeUnit.SECONDS.toNanos(10)))
                .isFalse();
        assertThat(controlFrames.admitsPing(BEGIN + TimeUnit.SECONDS.toNanos(10) + 1))
                .isTrue();
    }

    @Test
    void a_pong_that_was_asked_for_does_not_count() {
        for (int i = 0; i < 10; i++) {
            controlFrames.pinged();
            assertThat(controlFrames.admitsPong(BEGIN)).isTrue();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(controlFrames.admitsPong(BEGIN)).as("nobody asked").isTrue();
        }
        assertThat(controlFrames.admitsPong(BEGIN)).isFalse();
        controlFrames.pinged();
        assertThat(controlFrames.admitsPong(BEGIN)).isTrue();
    }
}

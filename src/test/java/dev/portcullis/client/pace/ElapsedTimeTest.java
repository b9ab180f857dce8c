package dev.portcullis.client.pace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ElapsedTimeTest {
    private long wall = 1_700_000_000_000L;
    private long ticks = 77;
    private final ElapsedTime time = new ElapsedTime(() -> wall, () -> ticks);

    @Test
    void sleep_of_the_machine_counts_and_a_clock_that_is_set_back_does_not() {
        pass(100, 100);
        assertThat(time.getAsLong()).isEqualTo(100);

        pass(600_000, 5); // only the wall clock goes on in sleep
        assertThat(time.getAsLong()).isEqualTo(600_100);

        pass(-3_600_000, 50);
        assertThat(time.getAsLong()).isEqualTo(600_150);
    }

    private void pass(long onWall, long onTicks) {
        wall += onWall;
        ticks += onTicks;
    }
}

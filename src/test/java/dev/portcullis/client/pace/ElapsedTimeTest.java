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

    /** Each is rounded at other moments than the other. */
    @Test
    void many_looks_at_two_clocks_add_nothing() {
        for (int i = 0; i < 1_000; i++) {
            pass(1, 0);
            assertThat(time.getAsLong()).isEqualTo(i);
            pass(0, 1);
            assertThat(time.getAsLong()).isEqualTo(i + 1);
        }
    }

    private void pass(long onWall, long onTicks) {
        wall += onWall;
        ticks += onTicks;
    }
}

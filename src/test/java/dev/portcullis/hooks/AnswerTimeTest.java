package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnswerTimeTest {
    private final AnswerTime time = new AnswerTime();

    @Test
    void quick_application_has_half_a_second() {
        assertThat(time.briefMs()).isEqualTo(500);
        took(3);
        assertThat(time.briefMs()).isEqualTo(500);
    }

    @Test
    void slow_application_has_several_times_what_it_usually_takes() {
        took(700);
        assertThat(time.briefMs()).isEqualTo(2_800);
        took(10);
        assertThat(time.briefMs()).as("one quick answer says little").isBetween(2_400L, 2_500L);
        for (int i = 0; i < 100; i++) {
            took(10);
        }
        assertThat(time.briefMs()).isEqualTo(500);
    }

    private void took(long millis) {
        time.took(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}

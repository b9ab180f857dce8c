package dev.portcullis.auth.key;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeysConfigTest {
    @Test
    void waits_end_before_a_question_to_the_stage_does() {
        KeysConfig within = KeysConfig.STANDARD.within(200);

        assertThat(within.waitMs()).isEqualTo(150);
        assertThat(within.threads().maxWaitMs()).isEqualTo(150);
        assertThat(within.refreshMs()).isEqualTo(KeysConfig.STANDARD.refreshMs());
    }

    @Test
    void waits_that_end_in_time_stay_as_they_are() {
        assertThat(KeysConfig.STANDARD.within(1_000)).isEqualTo(KeysConfig.STANDARD);
    }
}

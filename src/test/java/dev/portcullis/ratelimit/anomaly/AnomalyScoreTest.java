package dev.portcullis.ratelimit.anomaly;

import static dev.portcullis.ratelimit.anomaly.AnomalyEvent.CSRF;
import static dev.portcullis.ratelimit.anomaly.AnomalyEvent.INVALID_FRAME;
import static dev.portcullis.ratelimit.anomaly.AnomalyEvent.SIGNATURE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.ratelimit.anomaly.AnomalyScore.Level;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnomalyScoreTest {
    private static final long HALF_LIFE = 300_000;

    private final AnomalyConfig config =
            AnomalyConfig.read(Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(""))));
    private final AnomalyScore score = new AnomalyScore();

    @Test
    void tenth_invalid_frame_restricts_and_twentieth_is_hostile() {
        for (int i = 1; i < 10; i++) {
            assertThat(score.add(INVALID_FRAME, config, 0)).isEqualTo(Level.NORMAL);
        }
        for (int i = 10; i < 20; i++) {
            assertThat(score.add(INVALID_FRAME, config, 0)).isEqualTo(Level.RESTRICTED);
        }
        assertThat(score.add(INVALID_FRAME, config, 0)).isEqualTo(Level.HOSTILE);
    }

    @Test
    void score_halves_in_its_half_life() {
        score.add(SIGNATURE, config, 0);
        score.add(SIGNATURE, config, 0);

        assertThat(score.level(config, 0)).isEqualTo(Level.RESTRICTED);
        assertThat(score.level(config, 1_000)).isEqualTo(Level.RESTRICTED);
        assertThat(score.level(config, 5_000)).isEqualTo(Level.NORMAL);
        assertThat(score.add(SIGNATURE, config, HALF_LIFE)).isEqualTo(Level.RESTRICTED); // 25 + 25
    }

    @Test
    void events_that_are_apart_add_up_to_the_threshold() {
        for (int i = 0; i < 9; i++) {
            assertThat(score.add(INVALID_FRAME, config, 100L * i)).isEqualTo(Level.NORMAL);
        }
        assertThat(score.add(INVALID_FRAME, config, 900)).isEqualTo(Level.RESTRICTED);
    }

    @Test
    void clock_that_is_set_back_does_not_raise_the_score() {
        score.add(CSRF, config, HALF_LIFE);

        assertThat(score.add(CSRF, config, 0)).isEqualTo(Level.NORMAL); // 20 + 20
    }
}

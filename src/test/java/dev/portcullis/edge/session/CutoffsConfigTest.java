package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Section;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CutoffsConfigTest {
    @Test
    void defaults_put_a_revocation_in_force_within_a_second() {
        assertThat(read(Map.of())).isEqualTo(new CutoffsConfig(1_000, 500, 2_000));
    }

    @Test
    void every_key_can_be_set() {
        assertThat(read(Map.of("maxAgeMs", 400L, "intervalMs", 200L, "maxWaitMs", 300L)))
                .isEqualTo(new CutoffsConfig(400, 200, 300));
    }

    /** Clients are promised that a revocation is in force everywhere after a second. */
    @Test
    void max_age_above_the_promised_second_is_refused() {
        assertThat(problems(Map.of("maxAgeMs", 1_001L)))
                .singleElement()
                .asString()
                .contains("cutoffs.maxAgeMs")
                .contains("200 to 1000");
    }

    @Test
    void interval_above_half_of_max_age_is_refused() {
        assertThat(problems(Map.of("maxAgeMs", 998L)))
                .containsExactly("cutoffs.intervalMs: is more than half of maxAgeMs;"
                        + " each slow read would delay all frames: at most 499 is needed");
        assertThat(problems(Map.of("maxAgeMs", 998L, "intervalMs", 499L))).isEmpty();
    }

    private static CutoffsConfig read(Map<String, Object> values) {
        return CutoffsConfig.read(section(values, new ConfigReading(Map.of(), Path.of("."))));
    }

    private static List<String> problems(Map<String, Object> values) {
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        CutoffsConfig.read(section(values, reading));
        return reading.problems().found().stream().map(Problem::toString).toList();
    }

    private static Section section(Map<String, Object> values, ConfigReading reading) {
        return Section.root(Map.of("cutoffs", values), reading).section("cutoffs");
    }
}

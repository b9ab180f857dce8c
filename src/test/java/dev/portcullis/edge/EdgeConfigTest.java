package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EdgeConfigTest {
    @Test
    void sessions_are_compared_every_five_minutes_and_sent_away_over_ten_seconds() {
        EdgeConfig config = read(Map.of());
        assertThat(config.reconcileMs()).isEqualTo(300_000);
        assertThat(config.drainMs()).isEqualTo(10_000);
        assertThat(config.leaseLostWindowMs()).isEqualTo(10_000);
        assertThat(config.roomsPerConnection()).isEqualTo(100);
    }

    @Test
    void each_of_that_can_be_set() {
        EdgeConfig config = read(Map.of(
                "sessions",
                Map.of("reconcileMs", 10_000L),
                "drain",
                Map.of("windowMs", 1L, "leaseLostWindowMs", 2L),
                "limits",
                Map.of("roomsPerConnection", 3L)));
        assertThat(config.reconcileMs()).isEqualTo(10_000);
        assertThat(config.drainMs()).isEqualTo(1);
        assertThat(config.leaseLostWindowMs()).isEqualTo(2);
        assertThat(config.roomsPerConnection()).isEqualTo(3);
    }

    private static EdgeConfig read(Map<String, Object> values) {
        return EdgeConfig.read(Section.root(values, new ConfigReading(Map.of(), Path.of("."))), false);
    }
}

package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.CloseCode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EdgeConfigTest {
    @Test
    void edge_defaults_reconcile_every_five_minutes_and_drain_over_ten_seconds() {
        EdgeConfig config = read(Map.of());
        assertThat(config.reconcileMs()).isEqualTo(300_000);
        assertThat(config.revokedCloseCode()).isEqualTo(CloseCode.REVOKED);
        assertThat(config.drainMs()).isEqualTo(10_000);
        assertThat(config.leaseLostWindowMs()).isEqualTo(10_000);
        assertThat(config.roomsPerConnection()).isEqualTo(100);
    }

    @Test
    void configured_values_replace_each_default() {
        EdgeConfig config = read(Map.of(
                "sessions",
                Map.of("reconcileMs", 10_000L, "revokedCloseCode", 1001L),
                "drain",
                Map.of("windowMs", 1L, "leaseLostWindowMs", 2L),
                "limits",
                Map.of("roomsPerConnection", 3L)));
        assertThat(config.reconcileMs()).isEqualTo(10_000);
        assertThat(config.revokedCloseCode()).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(config.drainMs()).isEqualTo(1);
        assertThat(config.leaseLostWindowMs()).isEqualTo(2);
        assertThat(config.roomsPerConnection()).isEqualTo(3);
    }

    /** A code in between would be one that clients know in another sense. */
    @Test
    void close_code_between_the_two_is_a_problem() {
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        EdgeConfig.read(Section.root(Map.of("sessions", Map.of("revokedCloseCode", 1003L)), reading), false);
        assertThat(reading.problems().found()).hasSize(1);
    }

    private static EdgeConfig read(Map<String, Object> values) {
        return EdgeConfig.read(Section.root(values, new ConfigReading(Map.of(), Path.of("."))), false);
    }
}

package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.InboxConfig.AckPer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InboxConfigTest {
    private static final UserId ANN = new UserId("ann");

    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void defaults_are_those_of_the_protocol() {
        assertThat(read(Map.of())).isEqualTo(new InboxConfig(AckPer.USER, 100, 16, 1_000));
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void every_key_can_be_set() {
        assertThat(read(Map.of("ackPer", "device", "undelivered", 1L, "devices", 2L, "blocks", 3L)))
                .isEqualTo(new InboxConfig(AckPer.DEVICE, 1, 2, 3));
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"undelivered, 0", "undelivered, 10001", "devices, 0", "devices, 65", "blocks, 0", "blocks, 10001"})
    void value_out_of_bounds_is_refused(String key, long value) {
        read(Map.of(key, value));
        assertThat(reading.problems().isEmpty()).isFalse();
    }

    @Test
    void device_is_known_only_where_each_has_a_position() {
        assertThat(read(Map.of()).reader(ANN, Optional.of("login"))).isEqualTo(new InboxReader(ANN, Optional.empty()));
        assertThat(read(Map.of("ackPer", "device")).reader(ANN, Optional.of("login")))
                .isEqualTo(new InboxReader(ANN, Optional.of("login")));
    }

    @Test
    void backlog_is_the_senders() {
        assertThat(read(Map.of("undelivered", 7L)).backlogOf(ANN)).isEqualTo(new Backlog(ANN, 7));
    }

    private InboxConfig read(Map<String, Object> values) {
        return InboxConfig.read(Section.root(values, reading));
    }
}

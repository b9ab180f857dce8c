package dev.portcullis.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.RoomId;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SocketIoConfigTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    private SocketIoConfig read(Map<String, Object> values) {
        return SocketIoConfig.read(Section.root(values, reading));
    }

    @Test
    void socketio_is_served_without_a_room_by_default() {
        SocketIoConfig config = read(Map.of());
        assertThat(config.enabled()).isTrue();
        assertThat(config.defaultRoom()).isEmpty();
        assertThat(config.packets()).isEqualTo(16);
    }

    @Test
    void configured_values_replace_each_default() {
        SocketIoConfig config = read(Map.of("enabled", false, "defaultRoom", "lobby", "packets", 2L));
        assertThat(config.enabled()).isFalse();
        assertThat(config.defaultRoom()).contains(new RoomId("lobby"));
        assertThat(config.packets()).isEqualTo(2);
        assertThat(reading.problems().found()).isEmpty();
    }

    @Test
    void default_room_that_can_be_none_is_a_problem() {
        read(Map.of("defaultRoom", "no room"));
        assertThat(reading.problems().found()).hasSize(1);
    }
}

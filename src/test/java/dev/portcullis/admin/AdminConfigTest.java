package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdminConfigTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void defaults_are_loopback_and_no_key() {
        assertThat(read(Map.of()))
                .isEqualTo(new AdminConfig(
                        "127.0.0.1",
                        9090,
                        List.of("localhost", "127.0.0.1", "[::1]"),
                        Optional.empty(),
                        256,
                        64,
                        10,
                        10_000,
                        4,
                        ServerCallsConfig.STANDARD,
                        false));
    }

    @Test
    void key_of_sixteen_characters_is_accepted_and_never_printed() {
        AdminConfig config = read(Map.of("apiKey", "0123456789abcdef", "hosts", List.of("ops.example.com:9443")));
        assertThat(config.apiKey()).contains(new Secret("0123456789abcdef"));
        assertThat(config.toString()).doesNotContain("0123456789abcdef");
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void short_key_and_malformed_host_are_problems() {
        read(Map.of("apiKey", "0123456789abcde", "hosts", List.of("localhost", "http://x")));
        assertThat(reading.problems().found()).extracting(Problem::path).containsExactly("apiKey", "hosts[1]");
        assertThat(reading.problems().found().toString()).doesNotContain("0123456789abcde");
    }

    private AdminConfig read(Map<String, Object> values) {
        return AdminConfig.read(Section.root(values, reading));
    }
}

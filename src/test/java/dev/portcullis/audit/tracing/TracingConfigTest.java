package dev.portcullis.audit.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracingConfigTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    private TracingConfig read(Map<String, Object> values) {
        return TracingConfig.read(Section.root(values, reading));
    }

    @Test
    void defaults_are_pinned() {
        assertThat(read(Map.of()))
                .isEqualTo(new TracingConfig(
                        false,
                        URI.create("http://127.0.0.1:4318/v1/traces"),
                        Map.of(),
                        Optional.empty(),
                        100,
                        false,
                        "portcullis",
                        4_096,
                        5_000));
        assertThat(reading.problems().found()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://collector.example.com/v1/traces",
                "http://localhost:4318/v1/traces",
                "http://[::1]:4318/v1/traces"
            })
    void endpoint_by_tls_or_on_this_machine_is_taken(String endpoint) {
        assertThat(read(Map.of("endpoint", endpoint)).endpoint()).hasToString(endpoint);
        assertThat(reading.problems().found()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://collector.example.com/v1/traces",
                "http://10.0.0.1:4318/v1/traces",
                "https://user:password@collector.example.com/",
                "grpc://127.0.0.1:4317",
                "https://collector.example.com/#a",
                "not a url",
                "/v1/traces"
            })
    void endpoint_of_another_form_is_a_problem(String endpoint) {
        read(Map.of("endpoint", endpoint));
        assertThat(reading.problems().found()).singleElement().asString().contains("endpoint", "CWE-319");
    }

    @Test
    void headers_are_not_printed() {
        TracingConfig config = read(Map.of("headers", Map.of("Authorization", "Bearer of-collector")));
        assertThat(Objects.requireNonNull(config.headers().get("Authorization")).reveal())
                .isEqualTo("Bearer of-collector");
        assertThat(config.toString()).doesNotContain("of-collector");
    }
}

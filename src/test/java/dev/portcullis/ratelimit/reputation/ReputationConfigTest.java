package dev.portcullis.ratelimit.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.ratelimit.reputation.ReputationConfig.Action;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReputationConfigTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void nothing_is_asked_by_default() {
        ReputationConfig config = read(Map.of());
        assertThat(config)
                .isEqualTo(
                        new ReputationConfig(Action.REFUSE, List.of(), 5_000, 67_108_864, 2_000_000, Optional.empty()));
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void every_key_can_be_set_and_headers_are_secrets() {
        ReputationConfig config = read(Map.of(
                "action",
                "observe",
                "files",
                List.of("/etc/portcullis/bad.txt"),
                "reloadMs",
                1_000L,
                "fileBytes",
                2_000L,
                "entries",
                3_000L,
                "service",
                Map.of(
                        "url", "https://reputation.example.com/v1/{ip}?days=30",
                        "headers", Map.of("Key", "secret-key"),
                        "internalHosts", List.of("Reputation.Example.com"),
                        "deadlineMs", 10L,
                        "callMs", 20L,
                        "cacheMs", 30_000L,
                        "cacheSize", 40L,
                        "inFlight", 50L,
                        "listed", Map.of("pointer", "/data/score", "atLeast", 75L))));
        assertThat(reading.problems().isEmpty()).as("%s", reading.problems()).isTrue();
        assertThat(config.action()).isEqualTo(Action.OBSERVE);
        assertThat(config.files()).containsExactly(Path.of("/etc/portcullis/bad.txt"));
        ReputationServiceConfig service = config.service().orElseThrow();
        assertThat(service.url().target()).isEqualTo("/v1/--ip--?days=30");
        assertThat(service.headers())
                .hasEntrySatisfying("Key", key -> assertThat(key.reveal()).isEqualTo("secret-key"));
        assertThat(service.internalHosts()).containsExactly("reputation.example.com");
        assertThat(service.listed()).isEqualTo(new ListedRule(Optional.of("/data/score"), 75));
        assertThat(config.toString()).doesNotContain("secret-key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://reputation.example.com/v1",
                "https://{ip}.example.com/v1",
                "http://reputation.example.com/{ip}",
                "https://user:{ip}@example.com/",
                "reputation/{ip}"
            })
    void url_without_a_place_for_the_address_or_in_plain_text_is_a_problem(String url) {
        assertThat(read(Map.of("service", Map.of("url", url))).service()).isEmpty();
        assertThat(reading.problems().isEmpty()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "/a~2", "data/score"})
    void pointer_that_is_none_is_a_problem(String pointer) {
        read(Map.of("service", Map.of("listed", Map.of("pointer", pointer))));
        assertThat(reading.problems().isEmpty()).isFalse();
    }

    @Test
    void relative_file_is_a_problem() {
        read(Map.of("files", List.of("bad.txt")));
        assertThat(reading.problems().found().toString()).contains("files: ", "an absolute path is needed");
    }

    private ReputationConfig read(Map<String, Object> values) {
        return ReputationConfig.read(Section.root(values, reading));
    }
}

package dev.portcullis.broadcast.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.moderation.ModerationConfig.OnFailure;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.resilience.CircuitBreaker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModerationConfigTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void no_service_is_asked_by_default() {
        assertThat(read(Map.of())).isEmpty();
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void service_is_asked_about_all_rooms_and_fails_closed_by_default() {
        ModerationConfig config =
                read(Map.of("url", "https://mod.example/check")).orElseThrow();
        assertThat(config.onFailure()).isEqualTo(OnFailure.CLOSED);
        assertThat(config.bounds().deadlineMs()).isEqualTo(500);
        assertThat(config.bounds().inFlight()).isEqualTo(256);
        assertThat(config.rooms().cover(new RoomId("any"))).isTrue();
        assertThat(config.direct()).isTrue();
        assertThat(config.secret()).isEmpty();
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void rooms_are_names_and_prefixes() {
        ModerationConfig config = read(Map.of("url", "https://mod.example/", "rooms", List.of("lobby", "team-*")))
                .orElseThrow();
        assertThat(config.rooms().cover(new RoomId("lobby"))).isTrue();
        assertThat(config.rooms().cover(new RoomId("team-1"))).isTrue();
        assertThat(config.rooms().cover(new RoomId("lobby2"))).isFalse();
    }

    @Test
    void direct_messages_can_be_left_out_on_all_nodes() {
        ModerationConfig all = read(Map.of("url", "https://mod.example/")).orElseThrow();
        ModerationConfig rooms =
                read(Map.of("url", "https://mod.example/", "direct", false)).orElseThrow();
        assertThat(rooms.direct()).isFalse();
        assertThat(rooms.parts()).isNotEqualTo(all.parts());
    }

    /** CWE-319: what users write, and the right to decide about it, would be open to the network. */
    @ParameterizedTest
    @ValueSource(strings = {"http://mod.example/", "ftp://mod.example/", "mod.example", "https://user@mod.example/"})
    void url_that_is_neither_https_nor_loopback_is_a_problem(String url) {
        assertThat(read(Map.of("url", url))).isEmpty();
        assertProblem("url");
    }

    @Test
    void loopback_may_be_plain_http() {
        assertThat(read(Map.of("url", "http://127.0.0.1:9000/check"))).isPresent();
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void short_secret_is_a_problem_and_no_secret_is_printed() {
        Optional<ModerationConfig> config = read(Map.of("url", "https://mod.example/", "secret", "short-and-secret"));
        assertProblem("secret");
        assertThat(config.orElseThrow().toString()).doesNotContain("short-and-secret");
    }

    private void assertProblem(String path) {
        assertThat(reading.problems().found())
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo(path));
    }

    private Optional<ModerationConfig> read(Map<String, Object> values) {
        return ModerationConfig.read(Section.root(values, reading), CircuitBreaker.Config.STANDARD);
    }
}

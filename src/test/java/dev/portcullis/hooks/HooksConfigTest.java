package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Section;
import dev.portcullis.hooks.HooksConfig.Retry;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.hooks.outbox.OutboxConfig.WhenFull;
import dev.portcullis.resilience.CircuitBreaker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HooksConfigTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void application_is_told_nothing_by_default() {
        assertThat(read(Map.of())).isEmpty();
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void defaults_are_all_events_and_bounds() {
        HooksConfig config =
                read(Map.of("http", http("https://app.example/hooks"))).orElseThrow();
        assertThat(config.outbox().events()).containsExactlyInAnyOrder(HookType.values());
        assertThat(config.outbox().waiting()).isEqualTo(10_000);
        assertThat(config.outbox().whenFull()).isEqualTo(WhenFull.DISCARD);
        assertThat(config.outbox().deadLetters()).isEqualTo(100);
        assertThat(config.batch()).isEqualTo(100);
        assertThat(config.pollMs()).isEqualTo(250);
        assertThat(config.attempts()).isEqualTo(5);
        assertThat(config.retry()).isEqualTo(new Retry(500, 30_000));
        WebhookConfig http = config.http().orElseThrow();
        assertThat(http.bounds().deadlineMs()).isEqualTo(5_000);
        assertThat(http.bounds().inFlight()).isEqualTo(16);
        assertThat(http.bounds().internalHosts()).isEmpty();
        assertThat(config.stream()).isEmpty();
        assertThat(config.tellsRooms()).isTrue();
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void secret_is_not_printed() {
        assertThat(read(Map.of("http", http("https://app.example/hooks"))).toString())
                .doesNotContain(KEY);
    }

    /** CWE-319, CWE-918: what users write would be open to the network, or go where two parsers disagree. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://app.example/",
                "http://10.0.0.1/",
                "http://169.254.169.254/latest/meta-data",
                "ftp://app.example/",
                "https://user@app.example/",
                "https://0x7f.1/",
                "https://2130706433/",
                "https://app.example/#x",
                "app.example",
                "file:///etc/passwd"
            })
    void url_that_is_neither_https_nor_loopback_is_a_problem(String url) {
        assertThat(read(Map.of("http", http(url)))).isEmpty();
        assertThat(paths()).containsExactly("http.url");
    }

    @Test
    void url_without_a_secret_or_with_a_short_one_is_a_problem() {
        read(Map.of("http", Map.of("url", "https://app.example/")));
        assertThat(paths()).containsExactly("http.secret");
        ConfigReading other = new ConfigReading(Map.of(), Path.of("."));
        HooksConfig.read(
                Section.root(Map.of("http", Map.of("url", "https://app.example/", "secret", KEY.substring(1))), other),
                CircuitBreaker.Config.STANDARD);
        assertThat(other.problems().found()).extracting(Problem::path).containsExactly("http.secret");
        assertThat(other.problems().found().toString()).doesNotContain(KEY.substring(1));
    }

    @Test
    void two_places_to_deliver_to_are_a_problem() {
        read(Map.of("http", http("https://app.example/"), "redis", Map.of("stream", "events")));
        assertThat(paths()).containsExactly("redis.stream");
    }

    @Test
    void whole_batch_fits_into_the_stream() {
        read(Map.of("redis", Map.of("stream", "events", "most", 100L), "batch", 101L));
        assertThat(paths()).containsExactly("redis.most");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pc:{1}:lane", "with space", "é"})
    void stream_is_no_key_of_the_server_itself(String stream) {
        read(Map.of("redis", Map.of("stream", stream)));
        assertThat(paths()).containsExactly("redis.stream");
    }

    @ParameterizedTest
    @CsvSource({
        "batch, 0",
        "batch, 1001",
        "pollMs, 9",
        "attempts, 0",
        "retryMs, 9",
        "longestRetryMs, 3600001",
        "waiting, 99",
        "deadLetters, 0"
    })
    void number_out_of_bounds_is_a_problem(String key, long value) {
        Map<String, Object> values = new HashMap<>(Map.of("http", http("https://app.example/")));
        values.put(key, value);
        read(values);
        assertThat(paths()).containsExactly(key);
    }

    @ParameterizedTest
    @CsvSource({
        "batch, 1",
        "batch, 1000",
        "pollMs, 10",
        "attempts, 1",
        "retryMs, 10",
        "longestRetryMs, 3600000",
        "waiting, 100",
        "deadLetters, 1"
    })
    void number_at_its_bound_is_none(String key, long value) {
        Map<String, Object> values = new HashMap<>(Map.of("http", http("https://app.example/")));
        values.put(key, value);
        read(values);
        assertThat(paths()).isEmpty();
    }

    @Test
    void unknown_event_is_a_problem() {
        read(Map.of("http", http("https://app.example/"), "events", List.of("session.opened", "session.lost")));
        assertThat(paths()).containsExactly("events[1]");
    }

    @Test
    void rooms_are_not_reported_where_no_event_tells_of_them() {
        assertThat(read(Map.of("http", http("https://app.example/"), "events", List.of("message.published")))
                        .orElseThrow()
                        .tellsRooms())
                .isFalse();
    }

    private static Map<String, Object> http(String url) {
        return Map.of("url", url, "secret", KEY);
    }

    private Optional<HooksConfig> read(Map<String, Object> values) {
        return HooksConfig.read(Section.root(values, reading), CircuitBreaker.Config.STANDARD);
    }

    private List<String> paths() {
        return reading.problems().found().stream().map(Problem::path).toList();
    }
}

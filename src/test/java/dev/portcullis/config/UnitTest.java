package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitTest {
    @ParameterizedTest
    @CsvSource({
        "ageMs, 7d, 604800000",
        "ageMs, 2h, 7200000",
        "ageMs, 5m, 300000",
        "ageMs, 30s, 30000",
        "ageMs, 500ms, 500",
        "ageMs, 0s, 0",
        "downloadSeconds, 90s, 90",
        "downloadSeconds, 2000ms, 2",
        "downloadSeconds, 1d, 86400",
        "cacheBytes, 512B, 512",
        "cacheBytes, 64KiB, 65536",
        "cacheBytes, 1MiB, 1048576",
        "bytes, 2GiB, 2147483648",
        "maxLifetime, 12h, 43200000",
    })
    void amount_with_a_unit_is_read_in_the_unit_of_its_key(String key, String written, long expected) {
        Reading reading = Reading.of("{\"%s\": \"%s\"}".formatted(key, written));
        assertThat(reading.root().number(key, 1L, 0, Long.MAX_VALUE, "")).isEqualTo(expected);
        assertThat(reading.problems()).isEmpty();
        assertThat(reading.setting(key).value()).as("printed").isEqualTo(Long.toString(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ageMs | 5min | has an unknown unit; did you mean 5m?",
                "ageMs | 7D | has an unknown unit; did you mean 7d?",
                "ageMs | 2w | has an unknown unit; the units are ms, s, m, h, d",
                "ageMs | 64KiB | has an unknown unit; the units are ms, s, m, h, d",
                "cacheBytes | 64KB | has an unknown unit; did you mean 64KiB?",
                "cacheBytes | 1m | has an unknown unit; did you mean 1MiB?",
                "cacheBytes | 10s | has an unknown unit; the units are B, KiB, MiB, GiB",
                "ageMs | 500 | has no unit; write 500 without quotes, or a duration such as 500ms, 30s, 5m, 2h or 7d",
                "ageMs | 1.5h | is no whole number with a unit; write a duration such as 500ms, 30s, 5m, 2h or 7d",
                "ageMs | -1s | is no whole number with a unit; write a duration such as 500ms, 30s, 5m, 2h or 7d",
                "ageMs | 30 s | is no whole number with a unit; write a duration such as 500ms, 30s, 5m, 2h or 7d",
                "ageMs | 999999999999999999d | is too large; write a duration such as 500ms, 30s, 5m, 2h or 7d",
                "downloadSeconds | 1500ms | is no whole number of seconds; write a duration such as 30s, 5m, 2h or 7d",
            })
    void amount_that_can_not_be_meant_is_one_problem_with_a_fix(String key, String written, String problem) {
        Reading reading = Reading.of("{\"%s\": \"%s\"}".formatted(key, written));
        assertThat(reading.root().number(key, 9L, 0, Long.MAX_VALUE, "")).isEqualTo(9);
        assertThat(reading.problems()).containsExactly(key + ": is \"" + written + "\", which " + problem);
    }

    @ParameterizedTest
    @CsvSource({
        "ageMs, 604800000, 7d",
        "ageMs, 90000, 90s",
        "ageMs, 2800, 2800ms",
        "ageMs, 0, 0",
        "maxLifetime, 86400000, 1d",
        "downloadSeconds, 86400, 1d",
        "cacheBytes, 65536, 64KiB",
        "cacheBytes, 1000, 1000B",
        "bytes, 2147483648, 2GiB",
    })
    void amount_is_shown_with_the_largest_unit_of_which_it_is_a_whole_number(String key, long amount, String shown) {
        assertThat(Unit.of(key).orElseThrow().written(amount)).isEqualTo(shown);
    }

    @Test
    void amount_out_of_bounds_is_refused_in_the_unit_of_its_key() {
        Reading reading = Reading.of("{\"ageMs\": \"2d\"}");
        assertThat(reading.root().millis("ageMs", 1_000, 0, 90_000, "")).isEqualTo(1_000);
        assertThat(reading.problems()).containsExactly("ageMs: is 172800000; a whole number from 0 to 90000 is needed");
    }

    @Test
    void key_without_a_unit_takes_no_amount_with_one() {
        Reading reading = Reading.of("{\"port\": \"8s\", \"minBytesPerSecond\": \"1KiB\"}");
        reading.root().integer("port", 1, 0, 9, "");
        reading.root().integer("minBytesPerSecond", 1, 0, 9, "");
        assertThat(reading.problems())
                .containsExactly(
                        "port: is \"8s\"; a whole number from 0 to 9 is needed",
                        "minBytesPerSecond: is \"1KiB\"; a whole number from 0 to 9 is needed");
    }

    @Test
    void required_amount_that_is_wrong_is_reported_once() {
        Reading reading = Reading.of("{\"ageMs\": \"5min\"}");
        reading.root().number("ageMs", null, 1, 9, "");
        assertThat(reading.problems()).hasSize(1);
    }

    @Test
    void amount_comes_from_the_environment_and_a_wrong_one_is_not_shown() {
        Reading reading = Reading.of(
                "{\"aMs\": {\"$env\": \"AGE\"}, \"bMs\": {\"$env\": \"WRONG\"}}", Map.of("AGE", "7d", "WRONG", "hush"));
        assertThat(reading.root().number("aMs", 1L, 0, Long.MAX_VALUE, "")).isEqualTo(604_800_000);
        assertThat(reading.root().number("bMs", 1L, 0, Long.MAX_VALUE, "")).isEqualTo(1);
        assertThat(reading.problems())
                .singleElement()
                .asString()
                .startsWith("bMs: ")
                .doesNotContain("hush");
    }

    @Test
    void reference_names_the_unit_of_a_key() {
        Reading reading = Reading.of("{}");
        reading.root().millis("ageMs", 1, 0, 9, "");
        reading.root().integer("downloadSeconds", 1, 0, 9, "");
        reading.root().number("cacheBytes", 1L, 0, 9, "");
        assertThat(reading.setting("ageMs").kind()).isEqualTo("duration, 0 to 9ms");
        assertThat(reading.setting("downloadSeconds").kind()).isEqualTo("duration, 0 to 9s");
        assertThat(reading.setting("cacheBytes").kind()).isEqualTo("size, 0 to 9B");
    }
}

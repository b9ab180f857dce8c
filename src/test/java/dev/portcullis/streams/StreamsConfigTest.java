package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamsConfigTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void defaults_are_those_of_the_protocol() {
        assertThat(read(Map.of()))
                .isEqualTo(new StreamsConfig(
                        new StreamWindow(300, TimeUnit.HOURS.toMillis(24)),
                        new StreamWindow(1_000, TimeUnit.DAYS.toMillis(30)),
                        new StreamWindow(1_000, TimeUnit.HOURS.toMillis(24)),
                        16_777_216,
                        1_000,
                        16_777_216,
                        50,
                        new StreamStore.Bounds(300, 261_120),
                        10_000,
                        65_536,
                        1_000,
                        4_194_304,
                        1_000,
                        3,
                        100_000,
                        30_000,
                        32,
                        256));
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void every_key_can_be_set() {
        StreamsConfig config = read(Map.ofEntries(
                Map.entry("room", Map.of("entries", 1L, "ageMs", 1_001L)),
                Map.entry("inbox", Map.of("entries", 2L, "ageMs", 1_002L)),
                Map.entry("cutoffs", Map.of("entries", 3L, "ageMs", 1_003L)),
                Map.entry("recentBytes", 70_000L),
                Map.entry("resumeEntries", 6L),
                Map.entry("partBytes", 1_025L),
                Map.entry("parts", 12L),
                Map.entry("readMs", 11L),
                Map.entry("readTries", 7L),
                Map.entry("followedStreams", 8L),
                Map.entry("lingerMs", 9L),
                Map.entry("headsAtOnce", 11L)));
        assertThat(config)
                .isEqualTo(new StreamsConfig(
                        new StreamWindow(1, 1_001),
                        new StreamWindow(2, 1_002),
                        new StreamWindow(3, 1_003),
                        70_000,
                        1_000,
                        16_777_216,
                        50,
                        new StreamStore.Bounds(300, 261_120),
                        6,
                        1_025,
                        12,
                        4_194_304,
                        11,
                        7,
                        8,
                        9,
                        32,
                        11));
    }

    @Test
    void window_of_no_entries_is_refused() {
        read(Map.of("room", Map.of("entries", 0L)));
        assertThat(reading.problems().isEmpty()).isFalse();
    }

    private StreamsConfig read(Map<String, Object> values) {
        return StreamsConfig.read(Section.root(values, reading), 1);
    }
}

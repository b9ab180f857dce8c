package dev.portcullis.ratelimit.stuffing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.ratelimit.stuffing.StuffingConfig.Mode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StuffingConfigTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void defaults_are_those_of_the_protocol() {
        assertThat(read(Map.of()))
                .isEqualTo(new StuffingConfig(
                        Mode.ENFORCE,
                        20,
                        10,
                        TimeUnit.MINUTES.toMillis(5),
                        TimeUnit.MINUTES.toMillis(15),
                        8,
                        8,
                        TimeUnit.DAYS.toMillis(30),
                        50_000));
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void every_key_can_be_set() {
        assertThat(read(Map.of(
                        "mode", "observe",
                        "accounts", 30L,
                        "tokens", 40L,
                        "windowMs", 50_000L,
                        "banMs", 60_000L,
                        "wideFactor", 7L,
                        "knownAddresses", 9L,
                        "knownMs", 70_000L,
                        "tracked", 80L)))
                .isEqualTo(new StuffingConfig(Mode.OBSERVE, 30, 40, 50_000, 60_000, 7, 9, 70_000, 80));
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    private StuffingConfig read(Map<String, Object> values) {
        return StuffingConfig.read(Section.root(values, reading));
    }
}

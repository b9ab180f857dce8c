package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.resilience.CircuitBreaker;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BusConfigTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void defaults_are_pinned() {
        assertThat(BusConfig.read(Section.root(Map.of(), reading), CircuitBreaker.Config.STANDARD))
                .isEqualTo(new BusConfig(
                        1_000,
                        20_000,
                        2_000,
                        new CircuitBreaker.Config(3, 20, 1_000, 8_000),
                        new LinkSender.Config(8_388_608, 2_000, 500),
                        400))
                .isEqualTo(new BusConfig(1_000, 20_000));
    }

    @Test
    void longest_open_time_below_the_first_is_a_problem() {
        CircuitBreaker.Config.read(Section.root(Map.of("openMs", 5_000L, "longestMs", 4_000L), reading));
        assertThat(reading.problems().found()).singleElement().asString().contains("longestMs", "is below openMs");
    }
}

package dev.portcullis.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.portcullis.audit.logging.LogContext;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Section;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class AuditConfigTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void default_window_is_ten_seconds() {
        assertThat(read(Map.of())).isEqualTo(new AuditConfig(10_000, 10_000));
    }

    @ParameterizedTest
    @CsvSource({"99, 15", "60001, 1000001"})
    void values_out_of_bounds_are_problems(long repeatsMs, long sources) {
        read(Map.of("repeatsMs", repeatsMs, "sources", sources));
        assertThat(reading.problems().found()).extracting(Problem::path).containsExactly("repeatsMs", "sources");
    }

    @Test
    void node_name_is_set_in_the_logging_context() {
        LogContext.setNodeName("node-1");
        assertThat(((LoggerContext) LoggerFactory.getILoggerFactory()).getProperty("node"))
                .isEqualTo("node-1");
    }

    private AuditConfig read(Map<String, Object> values) {
        return AuditConfig.read(Section.root(values, reading));
    }
}

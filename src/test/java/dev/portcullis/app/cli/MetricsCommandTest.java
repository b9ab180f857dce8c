package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsCommandTest {
    private static final String REGENERATE =
            "mvn -q -DskipTests package && java -jar target/portcullis.jar metrics > src/docs/metrics.md";

    private final Terminal terminal = Terminal.of(Main.commands(Map.of(), config -> 0));

    @Test
    void page_of_the_metrics_is_what_the_command_prints() throws Exception {
        assertThat(terminal.run("metrics")).isZero();
        assertThat(Files.readString(Path.of("src/docs/metrics.md")))
                .as("to regenerate: %s", REGENERATE)
                .isEqualTo(terminal.printed());
    }
}

package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
    private final List<NodeConfig> launched = new ArrayList<>();
    private final List<Setting> received = new ArrayList<>();

    @Test
    void valid_file_is_launched_with_its_values_and_overrides() {
        Terminal terminal = terminal(source -> {
            launched.add(source.config());
            received.addAll(source.settings());
            return 0;
        });
        Path file = Configs.of("{\"http\": {\"port\": 1234}, \"store\": {\"path\": {\"$env\": \"PLACE\"}}}");
        assertThat(terminal.run("run", "-c", file.toString(), "--set", "http.host=::1", "--set=http.port=0"))
                .isZero();
        assertThat(launched).singleElement().satisfies(config -> {
            assertThat(config.publicListener()).isEqualTo(new HostPort("::1", 0));
            assertThat(config.store().path()).contains("/srv/store");
        });
        assertThat(received).extracting(Setting::path).contains("http.host", "http.port", "store.path");
        assertThat(terminal.printed() + terminal.errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void exit_code_of_the_launcher_is_that_of_the_command(int code) {
        assertThat(terminal(source -> code).run("run", "-c", Configs.empty().toString()))
                .isEqualTo(code);
    }

    @Test
    void failed_start_prints_one_line_without_a_stack_trace() {
        Terminal terminal = terminal(source -> {
            throw new StartupException("port 8080 is in use;\nchoose another one with\u001b[1mhttp.port");
        });
        assertThat(terminal.run("run", "-c", Configs.empty().toString())).isEqualTo(1);
        assertThat(terminal.errors())
                .isEqualToNormalizingNewlines("port 8080 is in use; choose another one with [1mhttp.port\n");
        assertThat(terminal.printed()).isEmpty();
    }

    @Test
    void invalid_file_launches_nothing_and_prints_a_line_for_each_problem() {
        Terminal terminal = terminal(source -> {
            launched.add(source.config());
            return 0;
        });
        Path file = Configs.of("{\"http\": {\"port\": 70000}, \"bsu\": {}}");
        assertThat(terminal.run("run", "-c", file.toString())).isEqualTo(1);
        assertThat(launched).isEmpty();
        assertThat(terminal.printed()).isEmpty();
        assertThat(terminal.errors().lines())
                .containsExactly(
                        "http.port: is 70000; a whole number from 0 to 65535 is needed",
                        "bsu: is not known; did you mean bus?");
    }

    @Test
    void missing_file_prints_one_line() {
        Terminal terminal = terminal(source -> 0);
        assertThat(terminal.run("run", "-c", "nowhere.json")).isEqualTo(1);
        assertThat(terminal.errors().lines())
                .containsExactly("nowhere.json: does not exist; name a readable file with -c");
    }

    private static Terminal terminal(RunCommand.NodeLauncher launcher) {
        return Terminal.of(Commands.of(new RunCommand(Map.of("PLACE", "/srv/store"), launcher)));
    }
}

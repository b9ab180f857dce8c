package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.Main;
import dev.portcullis.app.config.Configs;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    private final Terminal terminal = Terminal.of(Main.commands(Map.of(), config -> 0));

    @Test
    void version_option_prints_the_version_of_the_build() {
        assertThat(terminal.run("--version")).isZero();
        assertThat(terminal.printed()).matches("portcullis \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "help",
                "run",
                "token",
                "config",
                "config check",
                "config print",
                "config reference",
                "certs",
                "init",
                "metrics",
                "health",
                "chat",
                "bench"
            })
    void help_of_each_command_fits_into_80_columns(String command) {
        String[] words = (command + " --help").strip().split(" ", -1);
        assertThat(terminal.run(words)).isZero();
        assertThat(terminal.errors()).isEmpty();
        assertThat(terminal.printed())
                .startsWith("Usage: " + ("portcullis " + command).strip())
                .contains("Explains this command.")
                .doesNotContain("%")
                .satisfies(help -> assertThat(List.of(help.split("\\R", -1)))
                        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80)));
    }

    @ParameterizedTest
    @CsvSource({"help, --help", "help config, config --help", "help config check, config check --help"})
    void help_is_a_command_too(String help, String option) {
        assertThat(terminal.run(option.split(" ", -1))).isZero();
        String explained = terminal.printed();
        assertThat(terminal.run(help.split(" ", -1))).isZero();
        assertThat(terminal.printed()).isEqualTo(explained + explained);
        assertThat(terminal.errors()).isEmpty();
    }

    @Test
    void top_level_help_names_each_command_and_exit_code() {
        terminal.run("-h");
        assertThat(terminal.printed()).contains("  run ", "  token ", "  config ", "  0 ", "  1 ", "  2 ");
    }

    @ParameterizedTest
    @CsvSource({
        "'', a command is needed",
        "config, config needs a command",
        "help me, there is no command 'me'",
        "rnu, there is no command 'rnu'",
        "config chekc, there is no command 'chekc'",
        "cofnig, Did you mean: portcullis config",
        "run, Missing required option: '--config=FILE'",
        "run -c x --bogus, Unknown option: '--bogus'",
        "run -c x extra, Unmatched argument",
        "config check, Missing required option: '--config=FILE'",
        "token -c x --user a, Missing required argument(s): --role=ROLE",
        "token -c x, Missing required options: '--user=ID'",
        "token check, Missing required option: '--config=FILE'",
    })
    void invalid_command_line_exits_with_2_and_points_to_the_help(String line, String message) {
        assertThat(terminal.run(line.isEmpty() ? new String[0] : line.split(" ", -1)))
                .isEqualTo(2);
        assertThat(terminal.printed()).isEmpty();
        assertThat(terminal.errors()).contains(message).contains("--help'.").doesNotContain("\tat ");
    }

    @Test
    void token_check_without_a_token_points_to_its_own_help() {
        Terminal noInput = Terminal.of(
                Commands.of(new TokenCommand(Map.of(), (config, request) -> "", InputStream.nullInputStream())));
        String config = Configs.empty().toString();
        assertThat(noInput.run("token", "check", "-c", config)).isEqualTo(2);
        assertThat(noInput.errors()).contains("there is no token", "Try 'portcullis token check --help'.");
        assertThat(noInput.run("token", "check", "-c", config, "--file", "/nowhere/token.txt"))
                .isEqualTo(2);
        assertThat(noInput.errors()).contains("can't be read", "Try 'portcullis token check --help'.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "--help", "config reference", "config check -c ", "config print -c "})
    void output_that_can_not_be_written_is_one_line_and_exits_with_1(String line) throws IOException {
        String whole = line.endsWith(" ") ? line + Configs.empty() : line;
        assertThat(terminal.closed().run(whole.split(" ", -1))).isEqualTo(1);
        assertThat(terminal.errors().lines()).singleElement().asString().startsWith("the output can't be written:");
    }

    @Test
    void reader_who_has_enough_is_no_failure_and_a_full_disk_is_one() {
        assertThat(terminal.failing("Broken pipe").run("config", "reference")).isEqualTo(141);
        assertThat(terminal.errors()).isEmpty();
        assertThat(terminal.failing("No space left on device").run("config", "reference"))
                .isEqualTo(1);
        assertThat(terminal.errors()).startsWith("the output can't be written:");
    }

    @Test
    void completion_is_a_script_that_knows_every_command() {
        assertThat(terminal.run("completion")).isZero();
        assertThat(terminal.printed()).contains("complete -F _complete_portcullis", "config", "revocation", "--config");
    }

    @Test
    void unexpected_exception_prints_its_stack_trace() {
        TokenCommand.Signer bug = (config, request) -> {
            throw new IllegalStateException("a bug");
        };
        Terminal broken = Terminal.of(Commands.of(new TokenCommand(Map.of(), bug, InputStream.nullInputStream())));
        assertThat(broken.run("token", "-c", Configs.empty().toString(), "--user", "a", "--role", "member"))
                .isEqualTo(1);
        assertThat(broken.errors()).contains("IllegalStateException");
    }
}

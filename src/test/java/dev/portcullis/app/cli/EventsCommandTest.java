package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.Main;
import dev.portcullis.app.config.Configs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsCommandTest {
    private static final String CONFIG = """
            {"events": {"poll.vote": {"schema": {
              "type": "object", "required": ["choice"], "properties": {"choice": {"type": "integer"}}}}}}""";

    private static final String ANY = "{\"events\": {\"any\": {\"schema\": {}}}}";

    @TempDir
    private Path folder;

    private final Terminal terminal = Terminal.of(Main.commands(Map.of(), config -> 0));

    @Test
    void types_are_printed_for_typescript() {
        assertThat(terminal.run("events", "types", "-c", Configs.of(CONFIG).toString()))
                .isZero();
        assertThat(terminal.printed()).contains("\"poll.vote\": PollVote;").contains("\"choice\": number;");
    }

    @Test
    void configuration_whose_secrets_are_elsewhere_is_enough() {
        String secrets = CONFIG.replaceFirst(
                "\\{",
                "{\"auth\": {\"issuers\": [{\"secret\": {\"\\$env\": \"NOT_SET\"}}]}, \"tls\": {\"required\": true},");
        assertThat(terminal.run("events", "types", "-c", written(secrets).toString()))
                .isZero();
    }

    @Test
    void examples_that_are_as_they_say_are_ok() throws IOException {
        assertThat(check("""
                        {"event": "poll.vote", "data": {"choice": 1}}

                        {"event": "poll.vote", "data": null, "valid": false}
                        """)).isZero();
        assertThat(terminal.printed().trim()).isEqualTo("ok: 2 examples");
    }

    @Test
    void each_wrong_example_is_printed_with_its_line_and_its_place() throws IOException {
        assertThat(check("""
                        {"event": "poll.vote", "data": {"choice": 1}, "valid": false}
                        {"event": "poll.vote", "data": {"choice": "a"}}
                        {"event": "poll", "data": 1}
                        {"event": "poll.vote"}
                        {
                        """)).isEqualTo(1);
        assertThat(terminal.printed().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("line 1: poll.vote fits, but should not"),
                        line -> assertThat(line).isEqualTo("line 2: poll.vote does not fit: /data/choice (type)"),
                        line -> assertThat(line).isEqualTo("line 3: poll does not fit: /event (enum)"),
                        line -> assertThat(line).startsWith("line 4: is no example"),
                        line -> assertThat(line).startsWith("line 5: ends before"));
    }

    @Test
    void texts_of_an_example_are_printed_with_their_controls_escaped() throws IOException {
        assertThat(check("{\"event\": \"\\u001b[2J\\u009b1A\", \"data\": 1}")).isEqualTo(1);
        assertThat(terminal.printed().strip()).isEqualTo("line 1: \\u001b[2J\\u009b1A does not fit: /event (enum)");
    }

    @Test
    void example_is_read_as_a_node_reads_the_frame() throws IOException {
        assertThat(check(ANY, """
                        {"event": "any", "data": "\\ud800"}
                        {"event": "any", "data": {"__proto__": 1}}
                        {"event": "any", "data": {"\\u005f_proto__": 1}}
                        {"event": "any", "data": 1e400}
                        {"event": "any", "data": [[[[[[[[[[1]]]]]]]]]]}
                        {"event": "any", "data": {"\\ud800": 1}}
                        {"event": "any", "data": {"a": 1, "\\u0061": 2}}
                        {"event": "any", "event": "any", "data": 1}
                        """)).isEqualTo(1);
        assertThat(terminal.printed().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("line 1: any does not fit: /data (pattern)"),
                        line -> assertThat(line).isEqualTo("line 2: any does not fit: /data/__proto__ (propertyNames)"),
                        line -> assertThat(line).isEqualTo("line 3: any does not fit: /data/__proto__ (propertyNames)"),
                        line -> assertThat(line)
                                .startsWith("line 4: any does not fit: it is nested too deep, or has a number"),
                        line -> assertThat(line)
                                .startsWith("line 5: any does not fit: it is nested too deep, or has a number"),
                        line -> assertThat(line).isEqualTo("line 6: any does not fit: /data (pattern)"),
                        line -> assertThat(line).startsWith("line 7: has the key \"a\" twice in one object"),
                        line -> assertThat(line).startsWith("line 8: has the key \"event\" twice in one object"));
    }

    @Test
    void example_that_a_node_does_not_read_is_one_that_should_not_fit() throws IOException {
        assertThat(check(ANY, """
                        {"event": "any", "data": "\\ud800", "valid": false}
                        {"event": "any", "data": {"__proto__": 1}, "valid": false}
                        {"event": "any", "data": 1e400, "valid": false}
                        """)).isZero();
    }

    /** Written again, its exponent would be short. */
    @Test
    void number_is_judged_as_it_is_written() throws IOException {
        assertThat(check(ANY, "{\"event\": \"any\", \"data\": 1e-0005}")).isEqualTo(1);
        assertThat(terminal.printed()).startsWith("line 1: any does not fit: it is nested too deep, or has a number");
    }

    @Test
    void file_that_cannot_be_read_and_configuration_that_is_wrong_fail() {
        assertThat(terminal.run(
                        "events",
                        "check",
                        "-c",
                        Configs.of(CONFIG).toString(),
                        folder.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(terminal.errors()).contains("can't be read");
        assertThat(terminal.run(
                        "events", "types", "-c", Configs.of("{\"events\": 1}").toString()))
                .isEqualTo(1);
        assertThat(terminal.run("events", "-c", Configs.of(CONFIG).toString())).isEqualTo(2);
    }

    private Path written(String config) {
        try {
            return Files.writeString(folder.resolve("node.json"), config);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private int check(String examples) throws IOException {
        return check(CONFIG, examples);
    }

    private int check(String config, String examples) throws IOException {
        Path file = Files.writeString(folder.resolve("examples"), examples);
        return terminal.run("events", "check", "-c", Configs.of(config).toString(), file.toString());
    }
}

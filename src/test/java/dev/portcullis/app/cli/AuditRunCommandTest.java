package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.token.Tokens;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command without a server: nothing listens on port 1. */
class AuditRunCommandTest {
    private static final String URL = "ws://127.0.0.1:1/ws";

    @TempDir
    Path folder;

    private final Terminal terminal = Terminal.of(Commands.of(new AuditCommand(Map.of())));

    private int run(String... more) {
        String[] all = new String[more.length + 2];
        all[0] = "audit";
        all[1] = "run";
        System.arraycopy(more, 0, all, 2, more.length);
        return terminal.run(all);
    }

    @Test
    void list_names_the_probes_and_asks_no_server() {
        assertThat(run("--list")).isZero();
        assertThat(terminal.printed()).contains("origin.foreign\tFAILURE\ta page of another site is refused");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http2://x/ws | the address must begin with ws:// or wss://",
                "ws://user@x/ws | the address must look like",
                URL + " --only nothing | --only: names no probe",
                URL + " --load 201 | --load: is a number from 0 to 200",
                URL + " --rate 0 | --rate: is a number from 1 to 6000",
                URL + " --timeout 1000h | --timeout: is a time of at most 2m",
                URL + " --header X | --header: is NAME:VALUE",
                URL + " --admin x | --admin: is HOST:PORT",
                URL + " --admin node.example:9090 | --admin: its key would be readable",
                URL + " --ca nowhere.pem | --ca: ",
                URL + " --token-a nowhere.txt | --token-a: can't be read"
            })
    void option_that_can_not_be_used_exits_with_2(String arguments, String line) {
        assertThat(run(arguments.split(" ", -1))).isEqualTo(2);
        assertThat(terminal.errors()).startsWith("audit run: ").contains(line);
    }

    @Test
    void server_that_is_not_there_gives_a_report_without_a_success_and_no_code_of_one() {
        assertThat(run(URL, "--only", "origin.foreign,framing.utf8")).isEqualTo(2);
        assertThat(terminal.printed())
                .contains("nothing could be learnt from the server")
                .contains("[INFO] origin.foreign: not checked: ", "[INFO] framing.utf8: not checked: ")
                .contains("0 failures, 0 warnings, 0 passed, 2 not checked")
                .doesNotContain("[SUCCESS]");
    }

    @Test
    void configuration_that_leaves_something_open_is_reported_in_each_form() throws IOException {
        Path html = folder.resolve("audit.html");

        assertThat(run(
                        URL,
                        "-c",
                        "conf/dev.json",
                        "--only",
                        "config,token.published_secret",
                        "--json",
                        "--html",
                        html.toString()))
                .isEqualTo(3);
        JsonObject report = new JsonObject(terminal.printed());
        assertThat(report.getJsonArray("results").stream().map(each -> ((JsonObject) each).getString("id")))
                .contains("config.tls.required", "config.auth.issuers", "token.published_secret");
        assertThat(Files.readString(html)).contains("config.tls.required", "<svg");
        assertThat(terminal.errors()).contains("token.published_secret");
    }

    /** Handshakes that reach no server are not waited for, however low the rate is. */
    @Test
    @Timeout(60)
    void server_that_is_not_there_is_told_soon() {
        assertThat(run(URL, "--rate", "1")).isEqualTo(2);
    }

    @Test
    void configuration_with_a_mistake_is_a_failure_with_its_fix() throws IOException {
        Path file = Files.writeString(folder.resolve("node.json"), "{\"http\": {\"port\": 70000}}");

        assertThat(run(URL, "-c", file.toString(), "--only", "config")).isEqualTo(3);
        assertThat(terminal.printed()).contains("[FAILURE] config.http.port: ");
    }

    @Test
    void token_that_is_given_goes_to_no_other_machine_without_tls() throws IOException {
        Path file = Files.writeString(
                folder.resolve("token.txt"), Tokens.signed(Tokens.HEADER, Tokens.claims(""), "secret"));

        assertThat(terminal.run("audit", "run", "ws://192.0.2.1/ws", "--token-a", file.toString()))
                .isEqualTo(2);
        assertThat(terminal.errors()).contains("ws:// sends the token readable for all on the way");
    }

    @Test
    void token_that_is_given_reaches_no_line_of_a_report() throws IOException {
        String token = Tokens.signed(Tokens.HEADER, Tokens.claims(""), "secret");
        Path file = Files.writeString(folder.resolve("token.txt"), token + "\n");

        assertThat(run(URL, "--token-a", file.toString(), "--only", "token", "--verbose"))
                .isEqualTo(3);
        assertThat(terminal.printed())
                .contains("[FAILURE] token.published_secret: ")
                .doesNotContain(token.substring(0, 20), token.substring(token.length() - 20));
    }
}

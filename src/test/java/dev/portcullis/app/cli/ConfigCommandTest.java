package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.portcullis.app.Main;
import dev.portcullis.app.config.CertificateValidity;
import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Secret;
import dev.portcullis.kit.PrivateAuthority;
import dev.portcullis.kit.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCommandTest {
    private static final String REGENERATE =
            "mvn -q -DskipTests package && java -jar target/portcullis.jar config reference%s > src/docs/%s";

    private final Terminal terminal = Terminal.of(Main.commands(Map.of("PORT", "4242"), config -> 0));

    @Test
    void valid_file_is_ok() {
        assertThat(terminal.run("config", "check", "-c", Configs.empty().toString()))
                .isZero();
        assertThat(terminal.printed().lines())
                .hasSizeGreaterThan(1)
                .element(0)
                .asString()
                .matches("ok: \\d+ settings");
        assertThat(terminal.errors()).isEmpty();
    }

    @Test
    void check_prints_every_problem_with_its_path_and_its_fix() {
        Path file = Configs.of("""
                {"http": {"port": "80"}, "stages": {"edge": 65, "auth": 1, "ratelimit": 1, "rooms": 0, "brodcast": 1},
                 "store": {"kind": "postgres", "fsync": "no"}, "bus": []}""");
        assertThat(terminal.run("config", "check", "-c", file.toString(), "--set", "dev=1"))
                .isEqualTo(1);
        assertThat(terminal.printed().lines())
                .containsExactlyInAnyOrder(
                        "dev: is 1; true or false is needed",
                        "http.port: is \"80\"; a whole number from 0 to 65535 is needed",
                        "stages.edge: is 65; a whole number from 0 to 64 is needed",
                        "stages.rooms: does not run; it is needed where cluster.enabled is not true: a whole number"
                                + " from 1 to 64 is needed",
                        "stages.brodcast: is not known; did you mean broadcast?",
                        "store.kind: is \"postgres\"; one of embedded, redis is needed",
                        "store.fsync: is \"no\"; true or false is needed",
                        "bus: is a list; an object is needed");
    }

    @Test
    void print_shows_the_effective_values() {
        Path file = Configs.of("{\"http\": {\"port\": {\"$env\": \"PORT\"}}}");
        assertThat(terminal.run("config", "print", "-c", file.toString(), "--set", "bus.inFlight=99"))
                .isZero();
        assertThat(terminal.printed())
                .contains("\"port\": 4242", "\"inFlight\": 99", "\"deadlineMs\": 1000", "\"path\": null");
    }

    @Test
    void printed_values_load_as_the_same_configuration() {
        Path file = Configs.of("{\"dev\": true, \"http\": {\"port\": 0}, \"store\": {\"path\": \"x\"}}");
        assertThat(terminal.run("config", "print", "-c", file.toString())).isZero();
        Optional<NodeConfig> again = load(Configs.of(terminal.printed().replace(Secret.REDACTED, Configs.SECRET)));
        assertThat(again).isPresent().isEqualTo(load(file));
    }

    @Test
    void check_prints_each_exposure_on_a_line_of_its_own() {
        Path file = Configs.of("""
                {"admin": {"host": "0.0.0.0", "trustedNetwork": true}, "origin": {"missing": "allow"}, "ratelimit": {"enabled": false},
                 "rooms": {"public": ["lobby", "attic"]}, "store": {"fsync": false}}""");
        assertThat(terminal.run("config", "check", "-c", file.toString())).isZero();
        assertThat(terminal.printed().lines().skip(1))
                .containsExactly(
                        "left open: no TLS needed (tls.required)",
                        "left open: no Origin needed (origin.missing)",
                        "left open: the demo at / and the reference (http.pages)",
                        "left open: operators in plain HTTP beyond this machine (admin.host)",
                        "left open: no limits (ratelimit.enabled)",
                        "left open: public rooms (attic, lobby) (rooms.public)",
                        "left open: a store that is deleted at the end (store.path)",
                        "left open: acks before the disk has them (store.fsync)");
    }

    /** A start would fail on them, maybe after the running node was stopped. */
    @Test
    void check_names_each_folder_that_can_not_be_written(@TempDir Path folder) throws Exception {
        Path taken = Files.writeString(folder.resolve("taken"), "");
        Path file = Configs.of("""
                {"store": {"path": "%1$s/store"}, "audit": {"file": {"path": "%1$s"}},
                 "uploads": {"kind": "disk", "folder": "%1$s/files", "publicUrl": "https://chat.example"}}""".formatted(taken));
        assertThat(terminal.run("config", "check", "-c", file.toString())).isEqualTo(1);
        assertThat(terminal.printed().lines())
                .hasSize(3)
                .allMatch(line -> line.contains(taken + " is no folder; "))
                .extracting(line -> line.substring(0, line.indexOf(':')))
                .containsExactly("store.path", "uploads.folder", "audit.file.path");
    }

    @Test
    void check_creates_no_folder(@TempDir Path folder) {
        Path file = Configs.of("{\"store\": {\"path\": \"%s/a/b\"}}".formatted(folder));
        assertThat(terminal.run("config", "check", "-c", file.toString())).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void check_names_a_folder_of_another_user(@TempDir Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeFalse(Files.isWritable(folder), "root may write everywhere");
        Path file = Configs.of("{\"store\": {\"path\": \"%s/a/b\"}}".formatted(folder));
        assertThat(terminal.run("config", "check", "-c", file.toString())).isEqualTo(1);
        assertThat(terminal.printed()).startsWith("store.path: is " + folder + "/a/b, which does not exist, ");
    }

    @Test
    void check_warns_of_a_certificate_that_is_not_valid_now(@TempDir Path folder) {
        SelfSigned current = SelfSigned.any();
        String tls = "{\"tls\": {\"certificate\": \"%s\", \"key\": \"%s\"}}";
        Path file = Configs.of(tls.formatted(current.certificate(), current.key()));
        assertThat(terminal.run("config", "check", "-c", file.toString())).isZero();
        assertThat(terminal.printed()).doesNotContain("warning");
        NodeConfig config = load(file).orElseThrow();
        assertThat(CertificateValidity.lines(config, Instant.parse("2200-01-01T00:00:00Z")))
                .singleElement()
                .asString()
                .startsWith("tls.certificate holds a certificate that expired on 2");
        assertThat(CertificateValidity.lines(config, Instant.EPOCH))
                .singleElement()
                .asString()
                .startsWith("tls.certificate holds a certificate that is not valid before 2");

        SelfSigned old = SelfSigned.expired(folder);
        Path stale = Configs.of(tls.formatted(old.certificate(), old.key()));
        assertThat(terminal.run("config", "check", "-c", stale.toString())).isZero();
        assertThat(terminal.printed())
                .contains("warning: tls.certificate holds a certificate that expired on 20")
                .contains(": clients and nodes that check it refuse it");
    }

    @Test
    void check_warns_of_a_revocation_list_of_another_authority(@TempDir Path folder) throws IOException {
        PrivateAuthority ours = PrivateAuthority.in(Files.createDirectory(folder.resolve("ours")));
        PrivateAuthority theirs = PrivateAuthority.in(Files.createDirectory(folder.resolve("theirs")));
        SelfSigned server = SelfSigned.any();
        String tls = "{\"tls\": {\"certificate\": \"" + server.certificate() + "\", \"key\": \"" + server.key()
                + "\", \"clientAuth\": \"required\", \"clientCa\": \"" + ours.certificate()
                + "\", \"clientCrl\": \"%s\"}}";

        Path right = Configs.of(tls.formatted(ours.revoke(ours.client("lost"))));
        assertThat(terminal.run("config", "check", "-c", right.toString())).isZero();
        assertThat(terminal.printed()).doesNotContain("warning");
        Path wrong = Configs.of(tls.formatted(theirs.revoke(theirs.client("lost"))));
        assertThat(terminal.run("config", "check", "-c", wrong.toString())).isZero();
        assertThat(terminal.printed()).contains("warning: tls.clientCrl holds a revocation list that no authority in");
    }

    @Test
    void check_of_a_file_without_exposures_prints_only_ok() {
        Path file = Configs.of("""
                {"tls": {"required": true}, "http": {"trustedProxies": ["127.0.0.1"], "pages": false},
                 "store": {"path": "x"}}""");
        assertThat(terminal.run("config", "check", "-c", file.toString())).isZero();
        assertThat(terminal.printed()).matches("ok: \\d+ settings\\R");
    }

    /** A header that every handshake must carry is often a secret shared with a proxy (CWE-532). */
    @Test
    void value_of_a_required_header_is_never_printed() {
        Path file = Configs.of(
                "{\"handshake\": {\"requiredHeaders\": {\"X-Edge\": \"hush-42\", \"X-Like\": \"/hush-[0-9]+/\"}}}");
        assertThat(terminal.run("config", "print", "-c", file.toString())).isZero();
        assertThat(terminal.printed())
                .contains("\"X-Edge\": \"[REDACTED]\"", "\"X-Like\": \"[REDACTED]\"")
                .doesNotContain("hush");
        Path bad = Configs.of("{\"handshake\": {\"requiredHeaders\": {\"X-Edge\": \"/hush[/\"}}}");
        assertThat(terminal.run("config", "print", "-c", bad.toString())).isEqualTo(1);
        assertThat(terminal.errors())
                .startsWith("handshake.requiredHeaders.X-Edge: does not fit (its value is not shown)")
                .doesNotContain("hush");
    }

    @Test
    void print_of_a_bad_file_prints_no_values() {
        Path file = Configs.of("{\"http\": 1}");
        assertThat(terminal.run("config", "print", "-c", file.toString())).isEqualTo(1);
        assertThat(terminal.printed()).isEmpty();
        assertThat(terminal.errors()).isEqualToNormalizingNewlines("http: is a number; an object is needed\n");
    }

    @ParameterizedTest
    @CsvSource({"'', configuration.md", "' --advanced', advanced.md"})
    void reference_page_in_the_documentation_is_the_generated_one(String option, String page) throws IOException {
        assertThat(terminal.run(("config reference" + option).split(" ", -1))).isZero();
        assertThat(Files.readString(Path.of("src/docs", page)))
                .as("to regenerate: " + REGENERATE, option, page)
                .isEqualTo(terminal.printed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " --advanced"})
    void each_key_on_the_reference_pages_has_a_meaning(String option) {
        terminal.run(("config reference" + option).split(" ", -1));
        List<String> rows = terminal.printed()
                .lines()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(rows)
                .hasSizeGreaterThan(10)
                .allSatisfy(row -> assertThat(row).matches("\\| `[A-Za-z0-9.\\[\\]]+` \\| .+ \\| .+ \\| .{5,} \\|"));
    }

    /** Nodes of a cluster are upgraded one by one, with the file that they have. */
    @Test
    void key_of_an_earlier_version_is_named_with_what_to_do_and_keeps_no_node_from_starting() {
        assertThat(terminal.run("config", "check", "-c", Configs.empty().toString()))
                .isZero();
        assertThat(terminal.printed()).doesNotContain("no effect");
        Path file = Configs.of("{\"hooks\": {\"http\": {\"breaker\": {\"openMs\": 5, \"longestMs\": []}}}}");
        assertThat(terminal.run("config", "check", "-c", file.toString())).isZero();
        assertThat(terminal.printed())
                .contains("warning: hooks.http.breaker: has no effect any more;"
                        + " the section breaker holds for all stages and services; set it there");
    }

    private static Optional<NodeConfig> load(Path file) {
        return ConfigFile.load(file, List.of(), Map.of(), NodeConfigReader::read)
                .fold(good -> Optional.of(good.value()), bad -> Optional.empty());
    }
}

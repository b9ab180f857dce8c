package dev.portcullis.client.selfaudit.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.selfaudit.ProbeResult;
import dev.portcullis.client.selfaudit.SelfAuditReport;
import dev.portcullis.client.selfaudit.probe.ScriptedServer.Connection;
import dev.portcullis.client.selfaudit.probe.ScriptedServer.Script;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.TestNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the audit makes of servers that are hostile, broken, or gone: no success that was not earned, no end that never comes. */
@Timeout(240)
class SelfAuditHostileIT {
    private static List<String> ids(SelfAuditReport report, Predicate<ProbeResult> wanted) {
        return report.results().stream()
                .filter(wanted)
                .map(each -> each.probe().id())
                .toList();
    }

    private static List<String> found(SelfAuditReport report) {
        return ids(report, ProbeResult::isFound);
    }

    private static List<String> passed(SelfAuditReport report) {
        return ids(report, ProbeResult::isPassed);
    }

    /** Serves pages alone. */
    private static SelfAuditReport ofPages(Script pages, String... probes) throws IOException {
        try (ScriptedServer server = new ScriptedServer(pages)) {
            return server.audit("ws").anonymous().run(probes);
        }
    }

    static Stream<Arguments> shown() {
        String metrics = "# TYPE portcullis_connections gauge\nportcullis_connections 3\n";
        return Stream.of(
                Arguments.of("http.private", "", metrics),
                Arguments.of("http.private", "Content-Length: 9999\r\n", metrics),
                Arguments.of("http.private", "", metrics + "a{b=\"c\"} 1\n".repeat(100_000)),
                Arguments.of("http.private", "", "[core]\n\trepositoryformatversion = 0\n"),
                Arguments.of("http.private", "", "DB_PASSWORD=x\n"),
                Arguments.of("http.traversal", "", "root:x:0:0:root:/root:/bin/bash\n"),
                Arguments.of("http.errors", "", "Traceback (most recent call last):\n"),
                Arguments.of("http.reflection", "", "no <audit> here"));
    }

    /** A server of HTTP/1.0 gives no length, and one that fails ends before its own. */
    @ParameterizedTest
    @MethodSource("shown")
    void what_an_answer_without_a_true_length_shows_is_found(String probe, String length, String body)
            throws Exception {
        assertThat(found(ofPages(
                        connection -> connection.write(
                                "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n" + length + "\r\n" + body),
                        probe)))
                .containsExactly(probe);
    }

    @Test
    void page_that_is_there_for_every_path_is_no_finding() throws Exception {
        SelfAuditReport report = ofPages(
                connection -> connection.page(
                        "",
                        "<script nonce=" + System.nanoTime() + ">var settings={root:1,\"cmd\":2}</script>"
                                + connection.head().split(" ", 3)[1]),
                "http.private",
                "http.traversal");

        assertThat(passed(report)).containsExactly("http.traversal", "http.private");
    }

    /** RFC 9112 section 6.1 lets a server heed the chunks, if nothing can follow them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void length_beside_chunks_is_found_where_the_connection_goes_on(boolean goesOn) throws Exception {
        SelfAuditReport report = ofPages(
                connection -> {
                    connection.page("", "audit");
                    while (goesOn && connection.in().read() >= 0) {
                        // the body, and what could be smuggled behind it
                    }
                },
                "http.length_and_chunks");

        assertThat(goesOn ? found(report) : passed(report)).containsExactly("http.length_and_chunks");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http.referrer | Referrer-Policy: unsafe-url",
                "http.referrer | Referrer-Policy: no-referrer, unsafe-url",
                "http.csp | Content-Security-Policy: default-src https:",
                "http.csp | Content-Security-Policy: script-src 'self' data:",
                "http.csp | Content-Security-Policy: script-src\t*",
                "http.frames | Content-Security-Policy: frame-ancestors https:",
                "http.cors | Access-Control-Allow-Origin: null",
                "http.cors | Access-Control-Allow-Origin: https://chat.example.com.audit.invalid",
                "http.cors | Access-Control-Allow-Origin: https://evilchat.example.com"
            })
    void header_that_protects_from_nothing_is_found(String probe, String header) throws Exception {
        assertThat(found(ofPages(connection -> connection.page(header + "\r\n", "audit"), probe)))
                .containsExactly(probe);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http.csp | Content-Security-Policy: script-src 'nonce-abc' 'unsafe-inline' 'strict-dynamic' https:",
                "http.csp | Content-Security-Policy: default-src *, default-src 'none'",
                "http.csp | Content-Security-Policy: script-src; default-src *",
                "http.frames | Content-Security-Policy: default-src 'none', frame-ancestors 'none'",
                "http.referrer | Referrer-Policy: unsafe-url, no-referrer"
            })
    void header_that_protects_is_no_finding(String probe, String header) throws Exception {
        assertThat(passed(ofPages(connection -> connection.page(header + "\r\n", "audit"), probe)))
                .containsExactly(probe);
    }

    /** What a server may do for ever. */
    static Stream<Arguments> endless() {
        return Stream.of(
                endless(
                        "interim answers",
                        "http.nosniff",
                        connection -> forever(connection, "HTTP/1.1 100 Go on\r\n\r\n")),
                endless("header lines", "http.nosniff", connection -> {
                    connection.write("HTTP/1.1 200 OK\r\n");
                    forever(connection, "X-A: b\r\n");
                }),
                endless("frames of texts", "framing.utf8", connection -> {
                    connection.upgrade();
                    forever(connection, "\u0081~\u00ff\u00ff" + "a".repeat(65_535));
                }),
                endless("pings that nothing reads the answers of", "framing.utf8", connection -> {
                    connection.upgrade();
                    forever(connection, "\u0089~\u00ff\u00ff" + "a".repeat(65_535));
                }),
                endless("short pings that nothing reads the answers of", "framing.utf8", connection -> {
                    connection.upgrade();
                    forever(connection, ("\u0089}" + "a".repeat(125)).repeat(500));
                }));
    }

    private static Arguments endless(String what, String probe, Script script) {
        return Arguments.of(what, probe, script);
    }

    private static void forever(Connection connection, String bytes) throws IOException {
        while (true) {
            connection.write(bytes);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endless")
    void server_that_never_stops_sending_is_not_judged(String what, String probe, Script script) throws Exception {
        SelfAuditReport report = ofPages(script, probe);

        assertThat(report.results()).as(what).hasSize(1).noneMatch(each -> each.isPassed() || each.isFound());
        assertThat(report.exitCode()).isEqualTo(SelfAuditReport.UNKNOWN);
    }

    /** A timeout of the socket begins again with each byte. */
    @Test
    void handshake_of_tls_that_goes_on_byte_by_byte_ends_in_time() throws Exception {
        try (ScriptedServer server = new ScriptedServer(false, connection -> {
            connection.write((byte) 22, (byte) 3, (byte) 3, (byte) 0x40, (byte) 0);
            while (connection.in().available() >= 0) {
                connection.write((byte) 2);
                Await.pass(Duration.ofMillis(50));
            }
        })) {
            SelfAuditReport report = server.audit("wss").anonymous().impatient().run("http.nosniff", "tls.version_1_3");

            assertThat(report.results()).allMatch(each -> each.text().contains("in time"));
        }
    }

    /** It upgrades, and then ends each connection, or each that says anything. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void server_that_ends_each_connection_refuses_nothing_by_that(boolean isAtOnce) throws Exception {
        Script closing = connection -> {
            connection.upgrade();
            if (!isAtOnce) {
                connection.pongUntilText();
            }
            connection.close(1008);
        };
        List<String> ofTexts = List.of("framing.utf8", "framing.interleaved", "limits.fragments");
        List<String> others = List.of("framing.reserved_bits", "limits.message", "limits.pings");
        SelfAuditReport report = ofPages(
                closing,
                Stream.concat(ofTexts.stream(), isAtOnce ? others.stream() : Stream.of())
                        .toArray(String[]::new));

        assertThat(passed(report)).isEmpty();
        assertThat(found(report)).isEmpty();
    }

    /** The server was there for the first handshake: later answers are of a proxy in front of it, or of its ban. */
    @ParameterizedTest
    @ValueSource(strings = {"502 Bad Gateway", "504 Gateway Timeout", "403 Forbidden"})
    void server_that_lets_no_one_in_any_more_refuses_nothing_by_that(String status) throws Exception {
        Script failing = connection -> {
            if (connection.handshakes() == 1) {
                connection.upgrade();
                connection.pongUntilText();
            } else {
                connection.write("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
            }
        };
        try (ScriptedServer server = new ScriptedServer(failing)) {
            SelfAuditReport report = server.audit("ws")
                    .impatient()
                    .run(
                            "handshake.accepted",
                            "origin.foreign",
                            "origin.null",
                            "handshake.key",
                            "http.body_of_upgrade",
                            "limits.header_lines");

            assertThat(passed(report)).containsExactly("handshake.accepted");
            assertThat(found(report)).isEmpty();
        }
    }

    @Test
    void port_without_tls_refuses_no_version_of_it() throws Exception {
        try (ScriptedServer server =
                new ScriptedServer(false, connection -> connection.write("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
            SelfAuditReport report = server.audit("wss").anonymous().run("tls");

            assertThat(passed(report)).isEmpty();
            assertThat(found(report)).containsExactlyInAnyOrder("tls.version_1_3", "tls.trusted");
        }
    }

    @Test
    void closed_port_has_no_success_of_tls() throws Exception {
        SelfAuditReport report =
                AuditRunner.of("wss://127.0.0.1:1/ws").anonymous().run("tls");

        assertThat(passed(report)).isEmpty();
        assertThat(report.exitCode()).isEqualTo(SelfAuditReport.UNKNOWN);
    }

    /** Some servers warn that they don't know the name, and go on. */
    @ParameterizedTest
    @ValueSource(strings = {"tls.version_1_0", "tls.weak_suites"})
    void greeting_behind_a_warning_is_read(String probe) throws Exception {
        byte[] hello = new byte[5 + 42];
        System.arraycopy(
                new byte[] {22, 3, 1, 0, 42, 2, 0, 0, 38, 3, (byte) (probe.equals("tls.weak_suites") ? 3 : 1)},
                0,
                hello,
                0,
                11);
        hello[44] = (byte) 0xC0;
        hello[45] = 0x08;
        try (ScriptedServer server = new ScriptedServer(false, connection -> {
            connection.write((byte) 21, (byte) 3, (byte) 1, (byte) 0, (byte) 2, (byte) 1, (byte) 112);
            connection.write(hello);
            int unused = connection.in().read();
        })) {
            assertThat(found(server.audit("wss").anonymous().run(probe))).containsExactly(probe);
        }
    }

    @Test
    void handshake_without_tls_at_the_port_of_tls_is_found_though_there_is_no_page() throws Exception {
        Script both = connection -> {
            if (connection.isHandshake()) {
                connection.upgrade();
            } else {
                connection.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            }
        };
        try (ScriptedServer server = new ScriptedServer(both)) {
            assertThat(found(server.audit("wss").anonymous().run("tls.no_plain")))
                    .containsExactly("tls.no_plain");
        }
    }

    /** A server that only limits silence holds a request for as long as a client drips. */
    @Test
    void request_that_drips_is_found_where_only_silence_is_limited() throws Exception {
        try (ScriptedServer server = new ScriptedServer(false, connection -> {
            while (connection.in().read() >= 0) {
                // waits for the next
            }
        })) {
            assertThat(found(server.audit("ws").anonymous().ending(4_000).run("limits.slow_request")))
                    .containsExactly("limits.slow_request");
        }
    }

    @Test
    void session_that_replaces_the_oldest_is_a_bound_too() throws Exception {
        try (TestNode node = TestNode.generous(
                AuditRunner.issuer(AuditRunner.SECRET),
                "origin.allowed=[\"" + AuditRunner.ORIGIN + "\"]",
                "sessions.max=3",
                "sessions.onExceeded=\"evict_oldest\"")) {
            assertThat(passed(AuditRunner.of(node).run("limits.sessions"))).containsExactly("limits.sessions");
        }
    }
}

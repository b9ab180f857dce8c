package dev.portcullis.client.selfaudit.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.ProbeResult;
import dev.portcullis.client.selfaudit.SelfAuditReport;
import dev.portcullis.client.selfaudit.probe.WeakeningProxy.Weakness;
import dev.portcullis.kit.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weaknesses that are planted, each found by its name; and a hardened node, in which nothing is found. */
class SelfAuditIT {
    private static final String ORIGIN = AuditRunner.ORIGIN;
    private static final String LISTED = "origin.allowed=[\"" + ORIGIN + "\"]";

    private static TestNode hardened;

    @BeforeAll
    static void open() {
        hardened = TestNode.start(LISTED, "origin.missing=reject", "http.pages=false");
    }

    @AfterAll
    static void close() {
        hardened.close();
    }

    private static SelfAuditReport auditOf(TestNode node, String... only) throws Exception {
        return AuditRunner.of(node).run(only);
    }

    private static List<String> found(SelfAuditReport report) {
        return report.findings().stream().map(each -> each.probe().id()).toList();
    }

    @Test
    void hardened_node_has_no_finding_in_the_origin() throws Exception {
        SelfAuditReport report = auditOf(hardened, "origin");

        assertThat(found(report)).isEmpty();
        assertThat(report.results()).as("and each was checked").allMatch(ProbeResult::isPassed);
    }

    /** A setting, and the probe that finds it. */
    static Stream<Arguments> settings() {
        return Stream.of(
                Arguments.of("origin.missing", List.of("origin.missing=allow")),
                Arguments.of(
                        "origin.prefix",
                        List.of("origin.allowed=[\"" + ORIGIN + "\", \"https://evilchat.example.com\"]")));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void weakness_of_a_setting_is_found(String probe, List<String> settings) throws Exception {
        List<String> all = new ArrayList<>(List.of(LISTED));
        all.addAll(settings);
        try (TestNode weak = TestNode.generous(all.toArray(String[]::new))) {
            assertThat(found(auditOf(weak, probe))).containsExactly(probe);
        }
    }

    /** What a proxy takes away, and the probe that finds it. */
    static Stream<Arguments> proxies() {
        return Stream.of(
                Arguments.of("origin.foreign", request("Origin: https://audit.invalid", "Origin: " + ORIGIN)),
                Arguments.of("origin.null", request("Origin: null", "Origin: " + ORIGIN)));
    }

    private static Weakness request(String part, String other) {
        UnaryOperator<String> change = head -> head.replace(part, other);
        return Weakness.ofRequest(change);
    }

    @ParameterizedTest
    @MethodSource("proxies")
    void weakness_of_a_proxy_is_found(String probe, Weakness weakness) throws Exception {
        try (WeakeningProxy proxy = new WeakeningProxy(hardened.port(), weakness)) {
            assertThat(found(AuditRunner.of(proxy.url()).withAdmin(hardened).run(probe)))
                    .containsExactly(probe);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"handshake.version", "handshake.key", "handshake.subprotocol", "origin.suffix", "origin.twice"})
    void weakness_of_a_careless_server_is_found(String probe) throws Exception {
        try (CarelessServer server = new CarelessServer()) {
            SelfAuditReport report =
                    AuditRunner.of("ws://127.0.0.1:" + server.port() + "/").run(probe);
            assertThat(found(report)).containsExactly(probe);
        }
    }

    @Test
    void probe_whose_unchanged_handshake_is_refused_too_is_not_checked() throws Exception {
        AuditRunner stranger = new AuditRunner(
                hardened.ws().toString(),
                Optional.of("https://other.example"),
                Optional.empty(),
                Optional.empty(),
                true,
                1_000);
        SelfAuditReport report = stranger.run("origin.foreign", "handshake.accepted");

        assertThat(report.results()).extracting(ProbeResult::grade).containsExactly(Grade.WARNING, Grade.INFO);
        assertThat(report.results().get(1).text())
                .isEqualTo("not checked: a handshake in which nothing is wrong gets HTTP 403");
    }
}

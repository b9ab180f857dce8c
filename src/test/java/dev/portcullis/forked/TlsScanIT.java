package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.SelfSigned;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What testssl.sh, as Debian packages it, finds at a node of the released jar. It is left out where it is not installed. */
@Tag("faults") // a scan takes a minute
class TlsScanIT {
    private static final String COMMAND = "testssl";
    private static final long PATIENCE_MINUTES = 40;
    /** How long testssl waits for a header, and for an answer that never comes. A busy machine needs longer than its 5 s. */
    private static final Map<String, String> WAITS = Map.of(
            "HEADER_MAXSLEEP", "60", "MAX_WAITSOCK", "30", "CCS_MAX_WAITSOCK", "15", "HEARTBLEED_MAX_WAITSOCK", "15");

    private static final int SCANS_AGAIN = 3;
    private static final Set<String> HARMLESS = Set.of("OK", "INFO");

    /** Of a certificate that is its own authority, for two days and for an address; and of testssl's own openssl. */
    private static final Set<String> OF_THE_TEST = Set.of(
            "cert_chain_of_trust",
            "cert_expirationStatus",
            "cert_notAfter",
            "cert_revocation",
            "DNS_CAArecord",
            "engine_problem");

    @TempDir
    private Path folder;

    @Test
    void scan_finds_nothing_above_info_but_the_certificate_of_the_test() throws Exception {
        assumeTrue(isInstalled(), () -> "not installed: " + COMMAND);
        SelfSigned own = SelfSigned.in(folder);
        try (ForkedNode node = ForkedNode.start(
                ForkedNode.configIn(folder),
                "tls.required=true",
                "tls.certificate=" + own.certificate(),
                "tls.key=" + own.key(),
                "http.requestsPerMinute=100000")) {
            List<JsonObject> findings = completeScan(node);
            assertThat(findings.stream()
                            .filter(each -> !HARMLESS.contains(each.getString("severity")))
                            .filter(each -> !OF_THE_TEST.contains(each.getString("id"))))
                    .isEmpty();
            Set<String> ids =
                    findings.stream().map(each -> each.getString("id")).collect(Collectors.toSet());
            assertThat(ids)
                    .as("the scan was complete")
                    .contains("TLS1_3", "secure_client_renego", "HSTS_time", "ROBOT", "LUCKY13", "scanTime");
            assertThat(ids)
                    .as("groups of finite fields, which cost the server far more than the client (CVE-2002-20001)")
                    .doesNotContain("DH_groups");
            Set<String> curves =
                    new HashSet<>(List.of(finding(findings, "PFS_ECDHE_curves").split(" ")));
            assertThat(curves).containsExactlyInAnyOrder("X25519", "prime256v1", "secp384r1", "secp521r1");
            assertThat(finding(findings, "cipher_order")).isEqualTo("server");
        }
    }

    /** On a busy machine testssl gives a connection up, and says so instead of what it would have found. */
    private List<JsonObject> completeScan(ForkedNode node) throws IOException, InterruptedException {
        List<JsonObject> findings = scan(node);
        for (int again = 0; again < SCANS_AGAIN && findings.stream().anyMatch(TlsScanIT::isIncomplete); again++) {
            findings = scan(node);
        }
        return findings;
    }

    private static boolean isIncomplete(JsonObject finding) {
        return finding.getString("finding").contains("connect problem");
    }

    private List<JsonObject> scan(ForkedNode node) throws IOException, InterruptedException {
        Path report = folder.resolve("report.json");
        Files.deleteIfExists(report); // testssl overwrites none
        ProcessBuilder command = new ProcessBuilder(
                        COMMAND,
                        "--quiet",
                        "--color",
                        "0",
                        "--warnings",
                        "off",
                        "--ip",
                        "one",
                        "--jsonfile",
                        report.toString(),
                        "127.0.0.1:" + node.port())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("report.txt").toFile());
        command.environment().putAll(WAITS);
        Process scan = command.start();
        if (!scan.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            scan.destroyForcibly();
            throw new AssertionError("not finished: " + Files.readString(folder.resolve("report.txt")));
        }
        return new JsonArray(Files.readString(report))
                .stream().map(each -> (JsonObject) each).toList();
    }

    private static String finding(List<JsonObject> findings, String id) {
        return findings.stream()
                .filter(each -> each.getString("id").equals(id))
                .findFirst()
                .map(each -> each.getString("finding").strip())
                .orElseThrow();
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder(COMMAND, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}

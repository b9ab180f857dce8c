package dev.portcullis.client.selfaudit.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.token.Tokens;
import dev.portcullis.client.selfaudit.ProbeResult;
import dev.portcullis.client.selfaudit.SelfAuditReport;
import dev.portcullis.client.selfaudit.attack.ClientHello;
import dev.portcullis.kit.Keytool;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weaknesses of TLS, each found by its name. A hardened node, in which none is found, is in {@link SelfAuditIT}. */
class SelfAuditTlsIT {
    private static final String PASSWORD = "only-for-a-test";

    @TempDir
    Path folder;

    private static List<String> found(SelfAuditReport report) {
        return report.findings().stream().map(each -> each.probe().id()).toList();
    }

    private static CarelessServer serving(SSLContext context, String... protocols) throws Exception {
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        if (protocols.length > 0) {
            server.setEnabledProtocols(protocols);
        }
        return new CarelessServer(server);
    }

    private static AuditRunner at(CarelessServer server) {
        return AuditRunner.of("wss://127.0.0.1:" + server.port() + "/").anonymous();
    }

    @Test
    void address_of_others_without_tls_is_found() throws Exception {
        try (CarelessServer server = new CarelessServer()) {
            assertThat(found(AuditRunner.of("ws://[::ffff:127.0.0.1]:" + server.port() + "/")
                            .anonymous()
                            .run("tls.used")))
                    .containsExactly("tls.used");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls.version_1_0", "tls.version_1_1", "tls.weak_suites"})
    void version_or_suite_that_is_broken_is_found(String probe) throws Exception {
        int version = switch (probe) {
            case "tls.version_1_0" -> ClientHello.TLS_1_0;
            case "tls.version_1_1" -> ClientHello.TLS_1_1;
            default -> ClientHello.TLS_1_2;
        };
        try (OldTlsServer server = new OldTlsServer(version, 0x000A)) {
            SelfAuditReport report = AuditRunner.of(server.url()).anonymous().run(probe);
            assertThat(found(report)).containsExactly(probe);
            assertThat(report.results().get(0).text())
                    .isEqualTo(
                            probe.equals("tls.weak_suites")
                                    ? "the server agrees on RSA_WITH_3DES_EDE_CBC_SHA"
                                    : "the server agrees on it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls.version_1_3", "tls.trusted", "http.hsts"})
    void old_version_strange_authority_and_missing_header_are_found(String probe) throws Exception {
        SelfSigned certificate = SelfSigned.any();
        try (CarelessServer server = serving(certificate.serving(), "TLSv1.2")) {
            AuditRunner stranger = at(server);
            AuditRunner runner = probe.equals("tls.trusted") ? stranger : stranger.trusting(certificate.certificate());
            assertThat(found(runner.run(probe))).containsExactly(probe);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "tls.valid")
    void certificate_that_has_ended_is_found(String probe) throws Exception {
        SelfSigned ended = SelfSigned.expired(folder);
        try (CarelessServer server = serving(ended.serving())) {
            assertThat(found(at(server).trusting(ended.certificate()).run(probe)))
                    .containsExactly(probe);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "tls.strong_key")
    void key_that_is_short_is_found(String probe) throws Exception {
        Path file = folder.resolve("short.p12");
        Keytool.generate(
                file,
                PASSWORD,
                List.of(
                        "-alias",
                        "node",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "1024",
                        "-dname",
                        "CN=127.0.0.1",
                        "-validity",
                        "90"));
        KeyStore made = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            made.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(made, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        try (CarelessServer server = serving(context)) {
            assertThat(found(at(server).run(probe))).containsExactly(probe);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "tls.no_plain")
    void port_that_serves_plain_http_too_is_found(String probe) throws Exception {
        try (CarelessServer plain = new CarelessServer()) {
            assertThat(found(at(plain).run(probe))).containsExactly(probe);
        }
    }

    @Test
    void gateway_that_takes_its_public_key_for_a_secret_is_found() throws Exception {
        SelfSigned certificate = SelfSigned.any();
        try (TestNode node = TestNode.generous(
                AuditRunner.issuer(AuditRunner.SECRET), "origin.allowed=[\"" + AuditRunner.ORIGIN + "\"]")) {
            AuditRunner runner = AuditRunner.of(node).trusting(certificate.certificate());
            String own = runner.token("gateway", "member", List.of());
            try (WeakeningProxy gateway = new WeakeningProxy(
                    certificate
                            .serving()
                            .getServerSocketFactory()
                            .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                    node.port(),
                    WeakeningProxy.Weakness.ofRequest(head -> believing(head, certificate, own)))) {
                AuditRunner audit = AuditRunner.of("wss://127.0.0.1:" + gateway.port() + "/ws")
                        .trusting(certificate.certificate());
                assertThat(found(audit.run("token.confusion"))).containsExactly("token.confusion");
                assertThat(found(audit.run("token.unsigned")))
                        .as("it believes no other")
                        .isEmpty();
            }
        }
    }

    /** Replaces a token that is signed with the public key, and no other. */
    private static String believing(String head, SelfSigned certificate, String own) {
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(certificate.leaf().getPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        Matcher bearer =
                Pattern.compile("bearer\\.([^.\\s]+)\\.([^.\\s]+)\\.(\\S*)").matcher(head);
        if (!bearer.find()) {
            return head;
        }
        String expected = Tokens.signed(decoded(bearer.group(1)), decoded(bearer.group(2)), pem);
        return bearer.group().equals("bearer." + expected) ? bearer.replaceFirst("bearer." + own) : head;
    }

    private static String decoded(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    @Test
    void no_token_goes_to_a_server_whose_certificate_is_not_trusted() throws Exception {
        try (CarelessServer server = serving(SelfSigned.any().serving())) {
            SelfAuditReport report =
                    AuditRunner.of("wss://127.0.0.1:" + server.port() + "/").run("token.altered", "content", "framing");
            assertThat(report.results())
                    .isNotEmpty()
                    .noneMatch(ProbeResult::isPassed)
                    .noneMatch(ProbeResult::isFound);
        }
    }
}

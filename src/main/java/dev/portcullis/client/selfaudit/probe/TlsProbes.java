package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.ClientHello;
import dev.portcullis.client.selfaudit.attack.RawSocket;
import dev.portcullis.client.selfaudit.attack.ServerCertificate;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** What protects a connection on its way (RFC 9325). */
final class TlsProbes {
    private static final String CURRENT = "Offer TLS 1.3 and 1.2 only, with suites of ECDHE and AEAD.";
    private static final String NO_TLS = "the address has no TLS";
    private static final Duration NOTICE = Duration.ofDays(14);
    private static final int SHORTEST_RSA = 2_048;
    private static final List<Standard> TRANSIT = List.of(
            Standard.ASVS_4_4_1,
            Standard.ASVS_12_2,
            Standard.SHEET_TRANSPORT,
            Standard.PCI_4_2,
            Standard.GDPR_32_A,
            Standard.HIPAA_TRANSMISSION,
            Standard.CSF_PR_DS);
    private static final List<Standard> VERSIONS = List.of(Standard.ASVS_12_1_1, Standard.PCI_4_2);
    private static final List<Standard> SUITES = List.of(Standard.ASVS_12_1_2, Standard.PCI_4_2);
    private static final List<Standard> CERTIFICATE = List.of(Standard.ASVS_12_2, Standard.PCI_4_2);

    private TlsProbes() {}

    static List<Probe> all() {
        return List.of(
                new Probe(
                        "tls.used",
                        ProbeArea.TLS,
                        Grade.FAILURE,
                        "the address has TLS",
                        "Give the node a certificate (tls.certificate, tls.key), or put it behind a proxy that has one.",
                        TRANSIT,
                        TlsProbes::used),
                old("tls.version_1_0", "TLS 1.0 is refused", ClientHello.TLS_1_0),
                old("tls.version_1_1", "TLS 1.1 is refused", ClientHello.TLS_1_1),
                row("tls.version_1_3", Grade.WARNING, "TLS 1.3 is spoken", CURRENT, VERSIONS, TlsProbes::newest),
                row(
                        "tls.weak_suites",
                        Grade.FAILURE,
                        "suites without forward secrecy, authentication or a sound cipher are refused",
                        CURRENT,
                        SUITES,
                        TlsProbes::weakSuites),
                row(
                        "tls.trusted",
                        Grade.FAILURE,
                        "the certificate is of a trusted authority and of this name",
                        "Get a certificate of a public authority, or name your own with --ca.",
                        CERTIFICATE,
                        TlsProbes::trusted),
                row(
                        "tls.valid",
                        Grade.WARNING,
                        "the certificate is valid now and in two weeks",
                        "Renew the certificate; a node takes the new one while it runs.",
                        CERTIFICATE,
                        TlsProbes::valid),
                row(
                        "tls.strong_key",
                        Grade.WARNING,
                        "key and signature of the certificate are strong",
                        "Use an EC key, or RSA with 2048 bits or more, signed with SHA-256 or better.",
                        CERTIFICATE,
                        TlsProbes::strong),
                row(
                        "tls.no_plain",
                        Grade.FAILURE,
                        "the same port serves nothing without TLS",
                        "Serve plain HTTP at most on a port of its own that only redirects.",
                        TRANSIT,
                        TlsProbes::noPlain));
    }

    private static Probe row(
            String id, Grade worst, String title, String fix, List<Standard> shows, Probe.Question question) {
        return new Probe(
                id,
                ProbeArea.TLS,
                worst,
                title,
                fix,
                shows,
                target -> target.server().tls() ? question.ask(target) : ProbeOutcome.unchecked(NO_TLS));
    }

    private static Probe old(String id, String title, int version) {
        return row(id, Grade.FAILURE, title, CURRENT, VERSIONS, target -> {
            boolean isAgreed = new ClientHello(version, ClientHello.OLD)
                    .offerTo(target)
                    .filter(chosen -> chosen.version() <= version)
                    .isPresent();
            return isAgreed ? ProbeOutcome.found("the server agrees on it") : refused(target);
        });
    }

    /** A refusal says something only where TLS is spoken. */
    private static ProbeOutcome refused(AuditTarget target) throws IOException {
        return ProbeOutcome.passed(
                "refused; it speaks " + ServerCertificate.of(target).protocol());
    }

    private static ProbeOutcome used(AuditTarget target) throws IOException {
        if (target.server().tls()) {
            return ProbeOutcome.passed(ServerCertificate.of(target).protocol());
        }
        return target.server().isLocal()
                ? ProbeOutcome.unchecked("the address is of this machine; ask the one that clients use")
                : ProbeOutcome.found("clients at " + target.server() + " can be overheard");
    }

    private static ProbeOutcome newest(AuditTarget target) throws IOException {
        try {
            return ProbeOutcome.passed(ServerCertificate.of(target, "TLSv1.3").protocol());
        } catch (SSLException refused) {
            return ProbeOutcome.found("TLS 1.3 is refused");
        }
    }

    private static ProbeOutcome weakSuites(AuditTarget target) throws IOException {
        Optional<ClientHello.Chosen> chosen = new ClientHello(
                        ClientHello.TLS_1_2,
                        ClientHello.WEAK.keySet().stream().sorted().toList())
                .offerTo(target);
        return chosen.isPresent()
                ? ProbeOutcome.found("the server agrees on "
                        + Optional.ofNullable(ClientHello.WEAK.get(chosen.get().suite()))
                                .orElse("suite " + chosen.get().suite()))
                : refused(target);
    }

    private static ProbeOutcome trusted(AuditTarget target) throws IOException {
        try {
            target.connect().close();
            return ProbeOutcome.passed("the certificate is trusted");
        } catch (SSLException refused) {
            return ProbeOutcome.found("the certificate is not trusted: " + refused.getMessage());
        }
    }

    private static ProbeOutcome valid(AuditTarget target) throws IOException {
        X509Certificate leaf = ServerCertificate.of(target).leaf();
        Instant end = leaf.getNotAfter().toInstant();
        Instant now = Instant.now();
        if (now.isBefore(leaf.getNotBefore().toInstant())) {
            return ProbeOutcome.found("it is not valid yet");
        }
        if (now.isAfter(end)) {
            return ProbeOutcome.found("it ended at " + end);
        }
        return now.plus(notice(leaf)).isAfter(end)
                ? ProbeOutcome.found("it ends at " + end)
                : ProbeOutcome.passed("it ends at " + end);
    }

    /** Two weeks, or a third of a certificate that lives shorter than six. */
    private static Duration notice(X509Certificate leaf) {
        Duration third = Duration.between(
                        leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant())
                .dividedBy(3);
        return third.compareTo(NOTICE) < 0 ? third : NOTICE;
    }

    private static ProbeOutcome strong(AuditTarget target) throws IOException {
        X509Certificate leaf = ServerCertificate.of(target).leaf();
        String signature = leaf.getSigAlgName().toUpperCase(Locale.ROOT);
        if (signature.startsWith("SHA1") || signature.startsWith("MD5")) {
            return ProbeOutcome.found("it is signed with " + signature);
        }
        return leaf.getPublicKey() instanceof RSAKey rsa && rsa.getModulus().bitLength() < SHORTEST_RSA
                ? ProbeOutcome.found("its key has " + rsa.getModulus().bitLength() + " bits")
                : ProbeOutcome.passed(leaf.getPublicKey().getAlgorithm() + ", " + signature);
    }

    /** Nothing that an operator gave goes over these connections: no header, no query. */
    private static ProbeOutcome noPlain(AuditTarget target) throws IOException {
        String path = target.server().target().split("\\?", 2)[0];
        List<String> handshake = List.of(
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Origin: " + target.scope().origin().orElse("https://" + target.authority()));
        String upgrade = plainly(target, target.requestHead("GET", path, handshake));
        String page = plainly(target, target.requestHead("GET", "/", List.of("Connection: close")));
        if (upgrade.equals("HTTP 101")) {
            return ProbeOutcome.found("a handshake without TLS is accepted");
        }
        if (page.startsWith("HTTP 2")) {
            return ProbeOutcome.found("plain HTTP gets " + page);
        }
        boolean isHttp = page.startsWith("HTTP ") && !page.startsWith("HTTP 3") && !page.equals("HTTP 400");
        if (isHttp && page.equals(securely(target))) {
            return ProbeOutcome.found("plain HTTP gets " + page + ", as over TLS");
        }
        ServerCertificate unused = ServerCertificate.of(target); // the port is open, and has TLS
        return ProbeOutcome.passed("plain HTTP gets " + page);
    }

    private static String plainly(AuditTarget target, String request) throws IOException {
        try (RawSocket socket = target.withoutTls()) {
            return answer(socket, request);
        }
    }

    private static String securely(AuditTarget target) throws IOException {
        try (RawSocket socket = target.connect()) {
            return answer(socket, target.requestHead("GET", "/", List.of("Connection: close")));
        } catch (SSLException notTrusted) {
            return "";
        }
    }

    private static String answer(RawSocket socket, String request) {
        try {
            return socket.request(request).map(each -> "HTTP " + each.status()).orElse("the end of the connection");
        } catch (SocketTimeoutException silent) {
            return "no answer";
        } catch (IOException noHttp) {
            return "what is no HTTP";
        }
    }
}

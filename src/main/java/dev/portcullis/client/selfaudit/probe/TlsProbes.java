package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.ClientHello;
import dev.portcullis.client.selfaudit.attack.HttpAnswer;
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
        return row(
                id,
                Grade.FAILURE,
                title,
                CURRENT,
                VERSIONS,
                target -> new ClientHello(version, ClientHello.OLD)
                        .offerTo(target)
                        .filter(chosen -> chosen.version() <= version)
                        .map(chosen -> ProbeOutcome.found("the server agrees on it"))
                        .orElseGet(() -> ProbeOutcome.passed("refused")));
    }

    private static ProbeOutcome used(AuditTarget target) {
        if (target.server().tls()) {
            return ProbeOutcome.passed("wss");
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
        return new ClientHello(
                        ClientHello.TLS_1_2,
                        ClientHello.WEAK.keySet().stream().sorted().toList())
                .offerTo(target)
                .map(chosen -> ProbeOutcome.found("the server agrees on "
                        + Optional.ofNullable(ClientHello.WEAK.get(chosen.suite()))
                                .orElse("suite " + chosen.suite())))
                .orElseGet(() -> ProbeOutcome.passed("refused"));
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

    private static ProbeOutcome noPlain(AuditTarget target) throws IOException {
        try (RawSocket socket = target.withoutTls()) {
            Optional<HttpAnswer> answer = socket.request(target.requestHead("GET", "/", List.of("Connection: close")));
            boolean isServed = answer.filter(each -> each.status() < 300).isPresent();
            String seen = answer.map(each -> "plain HTTP gets HTTP " + each.status())
                    .orElse("plain HTTP gets the end of the connection");
            return isServed ? ProbeOutcome.found(seen) : ProbeOutcome.passed(seen);
        } catch (SocketTimeoutException silent) {
            return ProbeOutcome.passed("plain HTTP gets no answer");
        } catch (IOException noHttp) {
            return ProbeOutcome.passed("plain HTTP gets what is no HTTP");
        }
    }
}

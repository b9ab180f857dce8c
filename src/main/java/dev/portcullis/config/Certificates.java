package dev.portcullis.config;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The certificates of a PEM text, which may hold their key too: the JDK reads none where it meets one. */
final class Certificates {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]++-----END CERTIFICATE-----");

    private Certificates() {}

    /** Of the first of them, which is the one in question. */
    static Optional<String> keyAlgorithm(String pem) {
        try {
            return in(pem).stream()
                    .findFirst()
                    .map(first -> first.getPublicKey().getAlgorithm());
        } catch (CertificateException unreadable) {
            return Optional.empty();
        }
    }

    static List<Certificate> in(String pem) throws CertificateException {
        String blocks =
                CERTIFICATE.matcher(pem).results().map(MatchResult::group).collect(Collectors.joining("\n"));
        return List.copyOf(CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(blocks.getBytes(StandardCharsets.US_ASCII))));
    }
}

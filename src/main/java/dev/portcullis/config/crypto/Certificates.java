package dev.portcullis.config.crypto;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The certificates of a PEM text, which may hold their key too: the JDK reads none where it meets one. */
public final class Certificates {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]++-----END CERTIFICATE-----");

    private Certificates() {}

    /** Of the first of them, which is the one in question. */
    public static Optional<PublicKey> key(String pem) {
        try {
            return in(pem).stream().findFirst().map(Certificate::getPublicKey);
        } catch (CertificateException unreadable) {
            return Optional.empty();
        }
    }

    /** What keeps the first that is past or before its time (RFC 5280 section 4.1.2.5) from being believed now. */
    public static Optional<String> untimely(String pem, Instant now) {
        try {
            return in(pem).stream()
                    .filter(X509Certificate.class::isInstance)
                    .map(each -> untimely((X509Certificate) each, now))
                    .flatMap(Optional::stream)
                    .findFirst();
        } catch (CertificateException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<String> untimely(X509Certificate certificate, Instant now) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            return Optional.of("expired on " + end);
        }
        return now.isBefore(begin) ? Optional.of("is not valid before " + begin) : Optional.empty();
    }

    /** The first of them. */
    static Certificate first(String pem) throws CertificateException {
        return in(pem).stream().findFirst().orElseThrow(() -> new CertificateException("there is none"));
    }

    public static List<Certificate> in(String pem) throws CertificateException {
        String blocks =
                CERTIFICATE.matcher(pem).results().map(MatchResult::group).collect(Collectors.joining("\n"));
        return List.copyOf(CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(blocks.getBytes(StandardCharsets.US_ASCII))));
    }
}

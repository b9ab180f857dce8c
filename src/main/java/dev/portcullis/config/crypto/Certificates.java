package dev.portcullis.config.crypto;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the certificates of a PEM text that may also contain their key: the JDK reads no certificate from such a text.
 */
public final class Certificates {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]++-----END CERTIFICATE-----");

    private Certificates() {}

    /** The public key of the first certificate, which is the leaf. */
    public static Optional<PublicKey> firstKey(String pem) {
        return readable(pem).findFirst().map(Certificate::getPublicKey);
    }

    /** The reason why a certificate is not valid now (RFC 5280 section 4.1.2.5), for the first such certificate. */
    public static Optional<String> validityProblem(String pem, Instant now) {
        return readable(pem)
                .flatMap(each -> validityProblem(each, now).stream())
                .findFirst();
    }

    /** When the first of them expires. */
    public static Optional<Instant> end(String pem) {
        return readable(pem).map(each -> each.getNotAfter().toInstant()).min(Comparator.naturalOrder());
    }

    /** None if one can't be read. */
    private static Stream<X509Certificate> readable(String pem) {
        try {
            return in(pem).stream().filter(X509Certificate.class::isInstance).map(X509Certificate.class::cast);
        } catch (CertificateException invalid) {
            return Stream.empty();
        }
    }

    private static Optional<String> validityProblem(X509Certificate certificate, Instant now) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            return Optional.of("expired on " + end);
        }
        return now.isBefore(begin) ? Optional.of("is not valid before " + begin) : Optional.empty();
    }

    /** The first certificate. */
    static Certificate first(String pem) throws CertificateException {
        return in(pem).stream().findFirst().orElseThrow(() -> new CertificateException("the text has no certificate"));
    }

    public static List<Certificate> in(String pem) throws CertificateException {
        String blocks =
                CERTIFICATE.matcher(pem).results().map(MatchResult::group).collect(Collectors.joining("\n"));
        return List.copyOf(CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(blocks.getBytes(StandardCharsets.US_ASCII))));
    }
}

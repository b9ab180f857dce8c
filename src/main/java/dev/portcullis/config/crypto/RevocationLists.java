package dev.portcullis.config.crypto;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads the revocation lists of a PEM text (RFC 5280 section 5). */
public final class RevocationLists {
    private static final Pattern LIST =
            Pattern.compile("-----BEGIN X509 CRL-----[A-Za-z0-9+/=\\s]++-----END X509 CRL-----");

    private RevocationLists() {}

    /** Whether the text has one, and all that it has can be read. */
    public static boolean areIn(String pem) {
        try {
            return !in(pem).isEmpty();
        } catch (CertificateException | CRLException invalid) {
            return false;
        }
    }

    /** Since when a newer list is due, for the first such list: what was revoked since is not known here. */
    public static Optional<String> overdue(String pem, Instant now) {
        try {
            return in(pem).stream()
                    .map(X509CRL::getNextUpdate)
                    .filter(Objects::nonNull)
                    .map(Date::toInstant)
                    .filter(now::isAfter)
                    .findFirst()
                    .map(due -> "was to be replaced by " + due);
        } catch (CertificateException | CRLException invalid) {
            return Optional.empty();
        }
    }

    /** Whether each list is signed by one of the authorities: one of another does not revoke what these signed. */
    public static boolean areOf(String authorities, String pem) {
        try {
            List<Certificate> all = Certificates.in(authorities);
            return in(pem).stream().allMatch(list -> all.stream().anyMatch(authority -> isOf(authority, list)));
        } catch (CertificateException | CRLException invalid) {
            return false;
        }
    }

    private static boolean isOf(Certificate authority, X509CRL list) {
        try {
            list.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException other) {
            return false;
        }
    }

    private static List<X509CRL> in(String pem) throws CertificateException, CRLException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509CRL> lists = new ArrayList<>();
        for (MatchResult block : LIST.matcher(pem).results().toList()) {
            byte[] bytes = block.group().getBytes(StandardCharsets.US_ASCII);
            lists.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(bytes)));
        }
        return lists;
    }
}

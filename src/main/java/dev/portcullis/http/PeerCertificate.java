package dev.portcullis.http;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.Sha256;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;

/** Reads the certificate that a client showed in TLS. The names of a certificate are input, even if its signer is trusted. */
public final class PeerCertificate {
    /** With more names of one kind none of them counts: no reader may see others than the rest would show. */
    static final int MAX_NAMES = 32;

    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;

    /** The characters of IA5String without spaces and controls: a NUL in a name ends it for some readers (CWE-158). */
    private static final Pattern ALTERNATIVE = Pattern.compile("[!-~]{1,512}");

    /** No control, format or line characters, which a person can't see (CWE-451). */
    private static final Pattern COMMON = Pattern.compile("[^\\p{C}\\p{Zl}\\p{Zp}]{1,128}");

    private PeerCertificate() {}

    /** Empty if the client showed none in this session. */
    public static Optional<ClientCertificate> shown(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate leaf ? read(leaf) : Optional.empty();
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    /** Whether a certificate that the client showed has expired since: where a session resumes, TLS does not look at the dates again. */
    public static boolean isOver(SSLSession session, Instant now) {
        try {
            return Arrays.stream(session.getPeerCertificates())
                    .anyMatch(shown -> shown instanceof X509Certificate certificate
                            && certificate.getNotAfter().toInstant().isBefore(now));
        } catch (SSLPeerUnverifiedException none) {
            return false;
        }
    }

    /** Empty if it can't be encoded, so that it has no thumbprint. */
    public static Optional<ClientCertificate> read(X509Certificate leaf) {
        try {
            byte[] hash = Sha256.begin().digest(leaf.getEncoded());
            return Optional.of(new ClientCertificate(
                    Base64Url.encode(hash),
                    commonName(leaf),
                    alternatives(leaf, DNS).stream()
                            .map(name -> name.toLowerCase(Locale.ROOT))
                            .toList(),
                    alternatives(leaf, EMAIL),
                    alternatives(leaf, URI),
                    leaf.getNotAfter().toInstant().toEpochMilli(),
                    leaf.getNotBefore().toInstant().toEpochMilli()));
        } catch (CertificateEncodingException unreadable) {
            return Optional.empty();
        }
    }

    /** Empty if there are several, of which readers take the first or the last. */
    private static Optional<String> commonName(X509Certificate leaf) {
        try {
            LdapName subject = new LdapName(leaf.getSubjectX500Principal().getName(X500Principal.RFC2253));
            List<String> names = subject.getRdns().stream()
                    .flatMap(PeerCertificate::commonNames)
                    .toList();
            return names.size() == 1
                    ? names.stream().filter(COMMON.asMatchPredicate()).findFirst()
                    : Optional.empty();
        } catch (InvalidNameException unreadable) {
            return Optional.empty();
        }
    }

    /** A value of another kind than text counts as a name that can't be used. */
    private static Stream<String> commonNames(Rdn rdn) {
        Attribute names = rdn.toAttributes().get("CN");
        if (names == null) {
            return Stream.empty();
        }
        try {
            Stream.Builder<String> found = Stream.builder();
            NamingEnumeration<?> values = names.getAll();
            while (values.hasMore()) {
                found.add(values.next() instanceof String text ? text : "");
            }
            return found.build();
        } catch (NamingException unreadable) {
            return Stream.of("");
        }
    }

    private static List<String> alternatives(X509Certificate leaf, int kind) {
        try {
            Collection<List<?>> all = Objects.requireNonNullElse(leaf.getSubjectAlternativeNames(), List.of());
            List<String> names = all.stream()
                    .filter(name -> name.get(0) instanceof Integer type && type == kind)
                    .map(name -> name.get(1) instanceof String text ? text : "")
                    .toList();
            return names.size() > MAX_NAMES
                    ? List.of()
                    : names.stream().filter(ALTERNATIVE.asMatchPredicate()).toList();
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
    }
}

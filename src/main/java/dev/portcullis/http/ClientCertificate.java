package dev.portcullis.http;

import java.util.List;
import java.util.Optional;

/**
 * The names and the hash of the certificate that a client showed, and proved to own, in the TLS handshake.
 *
 * @param thumbprint {@code x5t#S256}: base64url of the SHA-256 of its DER form (RFC 8705 section 3.1)
 * @param commonName CN of the subject
 * @param expiresAt milliseconds
 * @param issuedAt since when it is valid, in milliseconds
 */
public record ClientCertificate(
        String thumbprint,
        Optional<String> commonName,
        List<String> dnsNames,
        List<String> emails,
        List<String> uris,
        long expiresAt,
        long issuedAt) {
    public ClientCertificate {
        dnsNames = List.copyOf(dnsNames);
        emails = List.copyOf(emails);
        uris = List.copyOf(uris);
    }

    /** A resumed TLS session keeps a certificate that has expired meanwhile (RFC 8446 section 4.6.1). */
    public boolean isExpired(long now) {
        return now > expiresAt;
    }

    @Override
    public String toString() { // names of people stay out of logs (CWE-532)
        return "ClientCertificate[" + thumbprint + "]";
    }
}

package dev.portcullis.http;

import java.util.List;
import java.util.Optional;

/**
 * The names and the hash of the certificate that a client showed, and proved to own, in the TLS handshake.
 *
 * @param thumbprint {@code x5t#S256}: base64url of the SHA-256 of its DER form (RFC 8705 section 3.1)
 * @param commonName CN of the subject
 * @param expiresAt milliseconds
 */
public record ClientCertificate(
        String thumbprint,
        Optional<String> commonName,
        List<String> dnsNames,
        List<String> emails,
        List<String> uris,
        long expiresAt) {
    public ClientCertificate {
        dnsNames = List.copyOf(dnsNames);
        emails = List.copyOf(emails);
        uris = List.copyOf(uris);
    }
}

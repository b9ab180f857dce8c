package dev.portcullis.auth.session;

import dev.portcullis.config.Secret;
import dev.portcullis.http.ClientCertificate;
import java.util.Optional;

/**
 * The credentials that a client presents in a handshake.
 *
 * @param token empty where only a certificate is presented
 * @param address the client's, as the trusted proxies report it
 * @param owner the edge instance that has the connection
 * @param source how the token came; empty where none came
 * @param csrfToken the CSRF token that came with a cookie
 * @param certificate the client certificate of the TLS connection
 */
public record Credentials(
        String token,
        String address,
        SessionOwner owner,
        String userAgent,
        Optional<CredentialSource> source,
        Optional<String> csrfToken,
        Optional<ClientCertificate> certificate) {
    public static Credentials message(String token, String address, SessionOwner owner, String userAgent) {
        return new Credentials(
                token,
                address,
                owner,
                userAgent,
                Optional.of(CredentialSource.MESSAGE),
                Optional.empty(),
                Optional.empty());
    }

    /** A connection that presents its client certificate and no token. */
    public static Credentials certificate(
            ClientCertificate certificate, String address, SessionOwner owner, String userAgent) {
        return new Credentials(
                "", address, owner, userAgent, Optional.empty(), Optional.empty(), Optional.of(certificate));
    }

    public boolean isCertificateOnly() {
        return isCertificateOnly(token, certificate, source);
    }

    public static boolean isCertificateOnly(
            String token, Optional<ClientCertificate> certificate, Optional<CredentialSource> source) {
        return token.isEmpty() && source.isEmpty() && certificate.isPresent();
    }

    @Override
    public String toString() { // a token in a log gives its reader a session (CWE-532)
        return "Credentials[" + Secret.REDACTED + ", " + address + ", " + owner + "]";
    }
}

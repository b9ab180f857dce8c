package dev.portcullis.http;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Section;
import java.time.Instant;
import java.util.Optional;

/**
 * The keys of {@code tls} about certificates of clients.
 *
 * @param authorities the authorities that sign client certificates
 * @param revoked the certificates that were revoked
 */
public record ClientTlsConfig(Mode mode, Optional<Pem> authorities, Optional<Pem> revoked) {
    /** No client is asked for a certificate. */
    public static final ClientTlsConfig NONE = new ClientTlsConfig(Mode.NONE, Optional.empty(), Optional.empty());

    /** Whether a client has to show a certificate. */
    public enum Mode {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /** @param tls the section, which has a certificate of the listener if {@code secure} */
    static ClientTlsConfig read(Section tls, boolean secure) {
        ClientTlsConfig config = new ClientTlsConfig(
                tls.choice(
                        "clientAuth",
                        Mode.NONE,
                        "whether a client shows a certificate of its own: none, optional, or required in each TLS handshake"),
                tls.pem(
                        "clientCa",
                        Pem.Content.CERTIFICATE,
                        "path of the PEM file with the authorities whose certificates are accepted from clients"),
                tls.pem(
                        "clientCrl",
                        Pem.Content.REVOCATIONS,
                        "path of the PEM file with the revocation lists (CRL) of these authorities; read again with the"
                                + " certificate"));
        config.check(tls, secure);
        return config;
    }

    public boolean isAsked() {
        return mode != Mode.NONE;
    }

    private void check(Section tls, boolean secure) {
        if (isAsked() && !secure) {
            tls.problem("clientAuth", "needs tls.certificate", "only a listener with TLS sees certificates of clients");
        }
        if (isAsked() && authorities.isEmpty()) {
            tls.problem(
                    "clientCa", "is missing", "name the file with the authorities that sign the clients' certificates");
        }
        if (!isAsked() && (authorities.isPresent() || revoked.isPresent())) {
            tls.problem(
                    "clientAuth",
                    "is none, and tls.clientCa or tls.clientCrl is set",
                    "write optional or required, or leave the files out");
        }
        authorities // TLS itself never asks whether a trusted authority has expired (RFC 5280 section 6.1.1)
                .flatMap(pem -> pem.validityProblem(Instant.now()))
                .ifPresent(when -> tls.problem(
                        "clientCa", "holds a certificate that " + when, "take it out, or put its successor in"));
    }
}

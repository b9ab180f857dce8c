package dev.portcullis.http;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Section;
import java.util.Optional;

/**
 * The TLS settings of the public listener.
 *
 * @param clients the client certificates that are asked for and accepted
 */
public record TlsConfig(
        Optional<Pem> certificate, Optional<Pem> key, boolean required, ClientTlsConfig clients, long watchMs) {
    /** A listener without TLS that refuses no request for it. */
    public static final TlsConfig NONE =
            new TlsConfig(Optional.empty(), Optional.empty(), false, ClientTlsConfig.NONE, 0);

    public static TlsConfig read(Section tls) {
        Optional<Pem> certificate = tls.basic()
                .pem(
                        "certificate",
                        Pem.Content.CERTIFICATE,
                        "path of the PEM file with the certificate chain, for a key of " + Pem.KEYS);
        Optional<Pem> key =
                tls.basic().pem("key", Pem.Content.PRIVATE_KEY, "path of the PEM file with the private key");
        boolean required = tls.basic()
                .flag(
                        "required",
                        true,
                        "refuses requests without TLS and without X-Forwarded-Proto: https of a trusted proxy");
        if (certificate.isPresent() != key.isPresent()) {
            String absent = certificate.isPresent() ? "key" : "certificate";
            tls.problem(absent, "is missing", "a certificate and its key belong together");
        }
        tls.requireMatching(certificate, key);
        return new TlsConfig(
                certificate, key, required, ClientTlsConfig.read(tls, certificate.isPresent()), watchMs(tls));
    }

    private static long watchMs(Section tls) {
        return tls.millis(
                "watchMs",
                5_000,
                0,
                86_400_000,
                "interval at which the files of the certificate, its key and the clients' authorities are compared with"
                        + " what is served, so that a renewed certificate is in force after two of them; 0: only at start");
    }
}

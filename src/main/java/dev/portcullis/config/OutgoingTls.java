package dev.portcullis.config;

import java.util.Optional;

/**
 * The TLS with which this node calls a server. The server's certificate must match the name or address that was connected to
 * (CWE-297).
 */
public record OutgoingTls(Optional<Pem> ca, Optional<Pem> certificate, Optional<Pem> key) {
    public static final OutgoingTls JDK_DEFAULTS =
            new OutgoingTls(Optional.empty(), Optional.empty(), Optional.empty());

    /** @param server the product that is called */
    public static OutgoingTls read(Section tls, String server) {
        OutgoingTls read = new OutgoingTls(
                tls.basic()
                        .pem(
                                "ca",
                                Pem.Content.CERTIFICATE,
                                "path of the PEM file with the CA of the servers; without it the JDK's own list"),
                tls.pem(
                        "certificate",
                        Pem.Content.CERTIFICATE,
                        "path of the PEM file with our certificate, where " + server + " asks for one"),
                tls.pem(
                        "key",
                        Pem.Content.PRIVATE_KEY,
                        "path of the PEM file with its private key, which only the user of the node may read"));
        if (read.certificate.isPresent() != read.key.isPresent()) {
            String absent = read.certificate.isPresent() ? "key" : "certificate";
            tls.problem(absent, "is missing", "a certificate and its key belong together");
        }
        tls.requireMatching(read.certificate, read.key);
        return read;
    }
}

package dev.portcullis.archive.postgres;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Section;
import java.util.Optional;

/** What TLS to PostgreSQL is verified with. The server's certificate must match the name that was connected to (CWE-297). */
public record PostgresTls(Optional<Pem> ca, Optional<Pem> certificate, Optional<Pem> key) {
    static final PostgresTls JDK_DEFAULTS = new PostgresTls(Optional.empty(), Optional.empty(), Optional.empty());

    static PostgresTls read(Section tls) {
        PostgresTls read = new PostgresTls(
                tls.basic()
                        .pem(
                                "ca",
                                Pem.Content.CERTIFICATE,
                                "path of the PEM file with the CA of the servers; without it the JDK's own list"),
                tls.pem(
                        "certificate",
                        Pem.Content.CERTIFICATE,
                        "path of the PEM file with our certificate, where PostgreSQL asks for one"),
                tls.pem(
                        "key",
                        Pem.Content.PRIVATE_KEY,
                        "path of the PEM file with its private key, which only the user of the node may read"));
        if (read.certificate.isPresent() != read.key.isPresent()) {
            String absent = read.certificate.isPresent() ? "key" : "certificate";
            tls.problem(absent, "is missing", "a certificate and its key belong together");
        }
        if (read.certificate.isPresent() && read.ca.isEmpty()) {
            tls.problem("ca", "is missing", "a certificate of ours is only shown to servers of a CA that is named");
        }
        tls.requireMatching(read.certificate, read.key);
        return read;
    }
}

package dev.portcullis.cluster;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Section;
import java.util.Optional;

/**
 * Mutual TLS on the event bus. Names are not checked there, only who signed: the authority must be one that signs nodes of
 * this cluster and nothing else.
 */
public record ClusterTls(Pem certificate, Pem key, Pem ca) {
    static Optional<ClusterTls> read(Section tls) {
        Optional<Pem> certificate = tls.secret("certificate", "path of the PEM file with this node's certificate")
                .map(Pem::new);
        Optional<Pem> key =
                tls.secret("key", "path of the PEM file with its private key").map(Pem::new);
        Optional<Pem> ca = tls.secret(
                        "ca", "path of the PEM file with the private authority that signs this cluster's nodes only")
                .map(Pem::new);
        boolean any = certificate.isPresent() || key.isPresent() || ca.isPresent();
        require(tls, any, certificate, "certificate");
        require(tls, any, key, "key");
        require(tls, any, ca, "ca");
        return certificate.flatMap(c -> key.flatMap(k -> ca.map(a -> new ClusterTls(c, k, a))));
    }

    private static void require(Section tls, boolean any, Optional<Pem> part, String name) {
        if (any && part.isEmpty()) {
            tls.problem(name, "is missing", "certificate, key and ca belong together");
        }
    }
}

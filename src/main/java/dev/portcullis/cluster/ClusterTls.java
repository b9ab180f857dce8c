package dev.portcullis.cluster;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Section;
import java.util.Optional;

/**
 * Mutual TLS on the event bus. Only the signing authority is checked, not host names: it must sign nodes of this
 * cluster and nothing else.
 */
public record ClusterTls(Pem certificate, Pem key, Pem ca) {
    static Optional<ClusterTls> read(Section tls) {
        Optional<Pem> certificate =
                tls.pem("certificate", Pem.Content.CERTIFICATE, "path of the PEM file with this node's certificate");
        Optional<Pem> key = tls.pem("key", Pem.Content.PRIVATE_KEY, "path of the PEM file with its private key");
        Optional<Pem> ca = tls.pem(
                "ca",
                Pem.Content.CERTIFICATE,
                "path of the PEM file with the private authority that signs this cluster's nodes only");
        boolean any = certificate.isPresent() || key.isPresent() || ca.isPresent();
        require(tls, any, certificate, "certificate");
        require(tls, any, key, "key");
        require(tls, any, ca, "ca");
        tls.requireMatching(certificate, key);
        return certificate.flatMap(c -> key.flatMap(k -> ca.map(a -> new ClusterTls(c, k, a))));
    }

    private static void require(Section tls, boolean any, Optional<Pem> part, String name) {
        if (any && part.isEmpty()) {
            tls.problem(name, "is missing", "certificate, key and ca belong together");
        }
    }
}

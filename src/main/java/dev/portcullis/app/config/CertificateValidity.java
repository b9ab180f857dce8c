package dev.portcullis.app.config;

import dev.portcullis.config.Pem;
import dev.portcullis.http.ClientTlsConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds certificates that are not valid now. They don't stop the start, because the node can't know whether its clients
 * and peers check them.
 */
public final class CertificateValidity {
    private CertificateValidity() {}

    /** One line for each such file. */
    public static List<String> lines(NodeConfig config, Instant now) {
        List<String> lines = new ArrayList<>();
        config.tls()
                .certificate()
                .flatMap(pem -> line("tls.certificate", pem, now))
                .ifPresent(lines::add);
        config.tls()
                .clients()
                .revoked()
                .flatMap(pem -> pem.revocationsOverdue(now))
                .map(when -> "tls.clientCrl holds a revocation list that " + when
                        + ": certificates that were revoked since are accepted")
                .ifPresent(lines::add);
        unsignedList(config.tls().clients()).ifPresent(lines::add);
        config.cluster().tls().ifPresent(tls -> {
            line("cluster.tls.certificate", tls.certificate(), now).ifPresent(lines::add);
            line("cluster.tls.ca", tls.ca(), now).ifPresent(lines::add);
        });
        return lines;
    }

    private static Optional<String> unsignedList(ClientTlsConfig clients) {
        return clients.revoked()
                .filter(lists -> clients.authorities()
                        .filter(lists::revokesForOthersThan)
                        .isPresent())
                .map(
                        others ->
                                "tls.clientCrl holds a revocation list that no authority in tls.clientCa has signed: it does not"
                                        + " revoke their certificates; name their list, or add the authority that signed this one");
    }

    private static Optional<String> line(String key, Pem pem, Instant now) {
        return pem.validityProblem(now)
                .map(when -> key + " holds a certificate that " + when + ": clients and nodes that check it refuse it");
    }
}

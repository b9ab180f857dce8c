package dev.portcullis.store.redis;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Section;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Optional;

/**
 * The TLS settings of {@code rediss://}. The server's certificate must match the name or address that was connected to
 * (CWE-297).
 */
public record RedisTls(Optional<Pem> ca, Optional<Pem> certificate, Optional<Pem> key) {
    static final RedisTls JDK_DEFAULTS = new RedisTls(Optional.empty(), Optional.empty(), Optional.empty());

    static RedisTls read(Section tls) {
        RedisTls read = new RedisTls(
                tls.basic()
                        .pem(
                                "ca",
                                Pem.Content.CERTIFICATE,
                                "path of the PEM file with the CA of the servers; without it the JDK's own list"),
                tls.pem(
                        "certificate",
                        Pem.Content.CERTIFICATE,
                        "path of the PEM file with our certificate, where Redis asks for one"),
                tls.pem("key", Pem.Content.PRIVATE_KEY, "path of the PEM file with its private key"));
        if (read.certificate.isPresent() != read.key.isPresent()) {
            String absent = read.certificate.isPresent() ? "key" : "certificate";
            tls.problem(absent, "is missing", "a certificate and its key belong together");
        }
        tls.requireMatching(read.certificate, read.key);
        return read;
    }

    void secure(NetClientOptions options) {
        options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
        ca.ifPresent(authority -> options.setTrustOptions(trust(authority)));
        certificate.ifPresent(chain -> key.ifPresent(privateKey -> options.setKeyCertOptions(pair(chain, privateKey))));
    }

    private static PemTrustOptions trust(Pem authority) {
        PemTrustOptions trust = new PemTrustOptions();
        return authority.fold(trust::addCertPath, text -> trust.addCertValue(Buffer.buffer(text)));
    }

    private static PemKeyCertOptions pair(Pem certificate, Pem key) {
        PemKeyCertOptions half = new PemKeyCertOptions();
        PemKeyCertOptions pair = certificate.fold(half::addCertPath, text -> half.addCertValue(Buffer.buffer(text)));
        return key.fold(pair::addKeyPath, text -> pair.addKeyValue(Buffer.buffer(text)));
    }
}

package dev.portcullis.store.redis;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Optional;

/**
 * How {@code rediss://} is secured: each a PEM file's path, or the text itself where the configuration names a
 * {@code $file}. The server must prove the name or address that it was called by (CWE-297).
 *
 * @param ca whose certificates are believed; without it those that the JDK believes
 * @param certificate ours, where the server asks for one
 */
public record Tls(Optional<Secret> ca, Optional<Secret> certificate, Optional<Secret> key) {
    static final Tls BY_THE_JDK = new Tls(Optional.empty(), Optional.empty(), Optional.empty());

    static Tls read(Section tls) {
        Tls read = new Tls(
                tls.secret("ca", "path of the PEM file with the CA of the servers; without it the JDK's own list"),
                tls.secret("certificate", "path of the PEM file with our certificate, where Redis asks for one"),
                tls.secret("key", "path of the PEM file with its private key"));
        if (read.certificate.isPresent() != read.key.isPresent()) {
            String absent = read.certificate.isPresent() ? "key" : "certificate";
            tls.problem(absent, "is missing", "a certificate and its key belong together");
        }
        return read;
    }

    void secure(NetClientOptions options) {
        options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
        ca.ifPresent(authority -> options.setTrustOptions(trust(authority.reveal())));
        certificate.ifPresent(ours -> key.ifPresent(of -> options.setKeyCertOptions(pair(ours.reveal(), of.reveal()))));
    }

    private static PemTrustOptions trust(String ca) {
        PemTrustOptions trust = new PemTrustOptions();
        return isText(ca) ? trust.addCertValue(Buffer.buffer(ca)) : trust.addCertPath(ca);
    }

    private static PemKeyCertOptions pair(String certificate, String key) {
        PemKeyCertOptions pair = new PemKeyCertOptions();
        pair = isText(certificate) ? pair.addCertValue(Buffer.buffer(certificate)) : pair.addCertPath(certificate);
        return isText(key) ? pair.addKeyValue(Buffer.buffer(key)) : pair.addKeyPath(key);
    }

    private static boolean isText(String pem) {
        return pem.stripLeading().startsWith("-----BEGIN ");
    }
}

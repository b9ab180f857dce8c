package dev.portcullis.store.redis;

import dev.portcullis.config.OutgoingTls;
import dev.portcullis.config.Pem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;

/** The TLS of connections to Redis, as options of Vert.x. */
final class RedisTls {
    private RedisTls() {}

    static void secure(NetClientOptions options, OutgoingTls tls) {
        options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
        tls.ca().ifPresent(authority -> options.setTrustOptions(trust(authority)));
        tls.certificate().ifPresent(chain -> tls.key().ifPresent(key -> options.setKeyCertOptions(pair(chain, key))));
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

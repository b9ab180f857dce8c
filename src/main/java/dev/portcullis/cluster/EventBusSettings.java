package dev.portcullis.cluster;

import dev.portcullis.config.Pem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.concurrent.TimeUnit;

/** How the event bus listens and connects to other nodes. */
final class EventBusSettings {
    private static final int CONNECT_MS = 1_000;
    private static final long PING_MS = 1_000;
    private static final long PING_REPLY_MS = 2_000;

    private EventBusSettings() {}

    static EventBusOptions of(ClusterConfig cluster) {
        EventBusOptions options = new EventBusOptions()
                .setHost(cluster.host())
                .setPort(cluster.busPort())
                .setConnectTimeout(CONNECT_MS)
                .setClusterPingInterval(PING_MS)
                .setClusterPingReplyInterval(PING_REPLY_MS);
        options.setIdleTimeoutUnit(TimeUnit.MILLISECONDS); // frees what a peer no longer reads (CWE-770)
        options.setReadIdleTimeout((int) (cluster.memberTimeoutMs() - PING_MS));
        cluster.tls().ifPresent(tls -> secure(options, tls));
        return options;
    }

    /** Both ends present a certificate of the private authority; by default any certificate would do (CWE-295). */
    private static void secure(EventBusOptions options, ClusterConfig.Tls tls) {
        PemKeyCertOptions pair = new PemKeyCertOptions();
        tls.certificate().fold(pair::setCertPath, text -> pair.setCertValue(Buffer.buffer(text)));
        tls.key().fold(pair::setKeyPath, text -> pair.setKeyValue(Buffer.buffer(text)));
        options.setSsl(true)
                .setTrustAll(false)
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(pair)
                .setTrustOptions(trust(tls.ca()));
    }

    private static PemTrustOptions trust(Pem ca) {
        PemTrustOptions trust = new PemTrustOptions();
        return ca.fold(trust::addCertPath, text -> trust.addCertValue(Buffer.buffer(text)));
    }
}

package dev.portcullis.edge.listener;

import dev.portcullis.config.Pem;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.http.ClientTlsConfig;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.TlsConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The options of the public listener: the defaults of Vert.x are not strict enough. */
public final class HttpServerSettings {
    /** Event loops that name the same number share the port that the system chooses. */
    private static final int SHARED_PORT = 1;

    /** All suites of TLS 1.3; of TLS 1.2 only forward secrecy with authenticated encryption (RFC 9325 section 4.2). */
    private static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private HttpServerSettings() {}

    /** The address to listen on: one port for all event loops, also where the system chooses it. */
    public static SocketAddress address(HttpConfig http) {
        return http.port() == 0
                ? SocketAddress.sharedRandomPort(SHARED_PORT, http.host())
                : SocketAddress.inetSocketAddress(http.port(), http.host());
    }

    public static HttpServerOptions options(HttpConfig http, TlsConfig tls, SocketConfig socket) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(http.host())
                .setPort(http.port())
                .setAcceptBacklog(4_096)
                .setTcpNoDelay(true)
                .setHttp2ClearTextEnabled(false)
                .setPerMessageWebSocketCompressionSupported(false) // inflation is unbounded (CWE-409)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(socket.frameBytes())
                .setMaxWebSocketMessageSize(socket.frameBytes())
                .setWebSocketClosingTimeout(closingTimeoutSeconds(socket.closeLingerMs()))
                .setMaxInitialLineLength(8_192) // room for a 4 KiB token in the query
                .setMaxHeaderSize(16_384) // room for a 4 KiB token in two headers
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setSslHandshakeTimeout(
                        2 * http.handshakeMs()); // our own deadline comes first, and counts what it closes
        tls.certificate().ifPresent(certificate -> tls.key().ifPresent(key -> secure(options, certificate, key)));
        askClients(options, tls.clients());
        return options;
    }

    /**
     * Vert.x's timeout in seconds, longer than our own, which starts sooner and also covers cases where Vert.x's does
     * not start. Without it Vert.x would end TCP at once. If the close frame was never sent, Vert.x keeps the closed
     * connection in memory for this time (CWE-401).
     */
    private static int closingTimeoutSeconds(long closeLingerMs) {
        return (int) TimeUnit.MILLISECONDS.toSeconds(closeLingerMs) + 1;
    }

    private static void secure(HttpServerOptions options, Pem certificate, Pem key) {
        PemKeyCertOptions pair = new PemKeyCertOptions();
        certificate.fold(pair::setCertPath, text -> pair.setCertValue(Buffer.buffer(text)));
        key.fold(pair::setKeyPath, text -> pair.setKeyValue(Buffer.buffer(text)));
        options.setSsl(true).setKeyCertOptions(pair);
        CIPHER_SUITES.forEach(options::addEnabledCipherSuite);
    }

    /** The JDK checks chain, times and usage of a client's certificate (RFC 5280 section 4.2.1.12), Vert.x the lists. */
    private static void askClients(HttpServerOptions options, ClientTlsConfig clients) {
        clients.authorities().filter(any -> clients.isAsked()).ifPresent(authorities -> {
            PemTrustOptions trusted = new PemTrustOptions();
            authorities.fold(trusted::addCertPath, text -> trusted.addCertValue(Buffer.buffer(text)));
            options.setTrustOptions(trusted)
                    .setClientAuth(
                            clients.mode() == ClientTlsConfig.Mode.REQUIRED ? ClientAuth.REQUIRED : ClientAuth.REQUEST);
            clients.revoked()
                    .ifPresent(
                            lists -> lists.fold(options::addCrlPath, text -> options.addCrlValue(Buffer.buffer(text))));
        });
    }
}

package dev.portcullis.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Opens WebSockets to one server, as a native client does. */
public final class Dialer {
    private static final String SUBPROTOCOL = "portcullis.v1";
    private static final String BEARER = "bearer.";

    /** Characters of a JWT. Anything else could add a header or a subprotocol of its own (CWE-113). */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~-]{1,8192}");

    /** A {@code joined} or {@code history} frame has at most 256 KiB. */
    private static final int MAX_FRAME_BYTES = 1 << 20;

    private static final int CLOSING_SECONDS = 2;
    private static final int CONNECT_MS = 10_000;

    private final WebSocketClient client;
    private final ServerAddress server;
    private final Optional<String> origin;

    public Dialer(
            Vertx vertx,
            ServerAddress server,
            Optional<String> origin,
            WebSocketClientOptions transport,
            int maxConnections) {
        this.server = server;
        this.origin = origin;
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions(transport)
                .setTrustAll(false) // whatever the options say: the token would go to anyone on the way (CWE-295)
                .setVerifyHost(true)
                .setMaxConnections(maxConnections)
                .setMaxFrameSize(MAX_FRAME_BYTES)
                .setMaxMessageSize(MAX_FRAME_BYTES)
                .setTryUsePerMessageCompression(false)
                .setTryUsePerFrameCompression(false)
                .setConnectTimeout(CONNECT_MS)
                .setClosingTimeout(CLOSING_SECONDS));
    }

    /** One for each server of a client, which may have an old connection that still closes. */
    static List<Dialer> ofAll(Vertx vertx, ClientOptions options) {
        return options.servers().stream()
                .map(server -> new Dialer(vertx, server, options.origin(), options.transport(), 2))
                .toList();
    }

    public static boolean canCarry(String token) {
        return TOKEN.matcher(token).matches();
    }

    /** A socket whose handlers can be set before the first frame arrives. */
    public ClientWebSocket socket() {
        return client.webSocket();
    }

    public Future<WebSocket> dial(ClientWebSocket socket, Optional<String> token) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(server.host())
                .setPort(server.port())
                .setSsl(server.tls())
                .setURI(server.target())
                .setSubProtocols(
                        Stream.concat(Stream.of(SUBPROTOCOL), token.stream().map(BEARER::concat))
                                .toList())
                .setTimeout(CONNECT_MS)
                .setAllowOriginHeader(origin.isPresent()); // otherwise Vert.x removes ours
        origin.ifPresent(value -> options.putHeader("Origin", value));
        return socket.connect(options);
    }

    public Future<Void> close() {
        return client.close();
    }

    /** Describes a failed dial by the type of its cause, because exception texts may quote what must not be shown. */
    public static Disconnect explain(Throwable cause) {
        if (cause instanceof UpgradeRejectedException rejected) {
            return Disconnect.refused(rejected.getStatus(), retryAfterMs(rejected));
        }
        if (cause instanceof UnknownHostException) {
            return Disconnect.unreachable("unknown host");
        }
        if (cause instanceof SSLException) {
            return Disconnect.unreachable(
                    isUntrusted(cause)
                            ? "TLS handshake failed: the server's certificate is not trusted; name its authority"
                            : "TLS handshake failed");
        }
        if (cause instanceof TimeoutException) {
            return Disconnect.unreachable("no answer in time");
        }
        if (cause instanceof ConnectException) {
            return Disconnect.unreachable("connection refused");
        }
        return Disconnect.unreachable(cause instanceof VertxException ? "closed during the handshake" : "unreachable");
    }

    private static boolean isUntrusted(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof CertificateException || each instanceof CertPathBuilderException) {
                return true;
            }
        }
        return false;
    }

    private static long retryAfterMs(UpgradeRejectedException rejected) {
        String seconds =
                rejected.getHeaders() == null ? null : rejected.getHeaders().get("Retry-After");
        return seconds != null && seconds.matches("\\d{1,6}") ? TimeUnit.SECONDS.toMillis(Long.parseLong(seconds)) : 0;
    }
}

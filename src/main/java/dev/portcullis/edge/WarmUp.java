package dev.portcullis.edge;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenInspection;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.edge.handshake.UpgradeRequest;
import dev.portcullis.edge.listener.HttpServerSettings;
import dev.portcullis.edge.socket.ChatSocket;
import dev.portcullis.edge.socket.FlushCoalescer;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.tcp.AcceptTransport;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.codec.FrameDecoder;
import dev.portcullis.protocol.codec.ServerFrame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs one handshake while the node starts. On a cold JVM the first handshake loads hundreds of classes, among them
 * those of key handling, JSON, Netty and WebSockets: an event loop that did this for its first client would serve no
 * other client for a second.
 *
 * <p>It has its own Vert.x instance, loopback listener, memory budget and token verifier, so that no metric, log,
 * session or limit of the node shows it. Its failure does no harm. Its token is already expired when it is issued.
 */
public final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static final long TIMEOUT_MS = 10_000;

    private static final int STEP_TIMEOUT_MS = 3_000;
    private static final long MEMORY_BYTES = 1 << 20;

    private static final int MAX_ANSWER_CHARS = 4_096;
    private static final String UPGRADE = String.join(
            "\r\n",
            "GET /ws HTTP/1.1",
            "Host: localhost",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: portcullis.v1",
            "",
            "");
    private static final byte[] PING = masked("{\"type\":\"ping\",\"id\":\"warm-up\"}");

    private final HttpConfig http;
    private final SocketConfig socket;
    private final AuthConfig auth;

    private WarmUp(HttpConfig http, SocketConfig socket, AuthConfig auth) {
        this.http = http;
        this.socket = socket;
        this.auth = auth;
    }

    /**
     * Starts on a thread of its own; begun when the store is open, since the timeout runs from now. The result, which
     * never fails, says whether the node is warm; after the timeout it starts cold.
     */
    public static Future<Boolean> begin(HttpConfig http, SocketConfig socket, AuthConfig auth) {
        Promise<Boolean> ended = Promise.promise();
        Thread thread = new Thread(() -> ended.complete(new WarmUp(http, socket, auth).succeeds()), "warm-up");
        thread.setDaemon(true);
        thread.start();
        return ended.future().timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS).otherwise(false);
    }

    private boolean succeeds() {
        try {
            run();
            LOG.atDebug().addKeyValue("event", "node.warm").log("handshake warm-up completed");
            return true;
        } catch (Exception | LinkageError failure) {
            LOG.atDebug().addKeyValue("event", "node.cold").setCause(failure).log("handshake warm-up failed");
            return false;
        }
    }

    private void run() throws Exception {
        Vertx vertx = Vertx.builder()
                .withTransport(AcceptTransport.over(AcceptTransport.fastest()))
                .with(options())
                .build();
        try {
            verifyToken(vertx);
            HttpServer server = listen(vertx);
            try (Socket client = new Socket()) {
                client.connect(new InetSocketAddress(LOOPBACK, server.actualPort()), STEP_TIMEOUT_MS);
                client.setSoTimeout(STEP_TIMEOUT_MS);
                handshake(client);
            }
        } finally {
            vertx.close().await(STEP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Its event loop serves nothing else, so the blocked-thread check is effectively off. */
    private static VertxOptions options() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setBlockedThreadCheckInterval(1)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.HOURS);
    }

    private void verifyToken(Vertx vertx) throws Exception {
        Optional<IssuerConfig> issuer = auth.tokens().issuers().stream()
                .filter(each -> each.secret().isPresent())
                .findFirst();
        if (issuer.isPresent()) { // keys of others would have to be read from their servers
            String token = new TokenSigner(issuer.get(), System::currentTimeMillis)
                    .mint("warm-up", Role.MEMBER, List.of(), Optional.empty(), Duration.ofSeconds(-1));
            TokenInspection.of(vertx, auth.tokens().only(issuer.get()), token, System::currentTimeMillis)
                    .await(STEP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        }
    }

    private HttpServer listen(Vertx vertx) throws Exception {
        HttpServerOptions options = HttpServerSettings.options(http, TlsConfig.NONE, socket)
                .setHost(LOOPBACK.getHostAddress())
                .setPort(0);
        return vertx.createHttpServer(options)
                .connectionHandler(connection -> HttpChannel.open(connection, options, http.headerLines()))
                .requestHandler(this::upgrade)
                .listen()
                .await(STEP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    private void upgrade(HttpServerRequest request) {
        Context context = Objects.requireNonNull(Vertx.currentContext());
        ClientAddress proxies = new ClientAddress(http.trustedProxies());
        IpAddress.ofPeer(LOOPBACK.getHostAddress())
                .map(peer -> UpgradeRequest.of(request, true, peer, proxies, auth, Optional.empty(), 0))
                .flatMap(upgrade -> upgrade.subprotocols().echo())
                .ifPresent(name -> request.response().putHeader("Sec-WebSocket-Protocol", name));
        request.toWebSocket().onSuccess(webSocket -> {
            LoadShedder shedder = new LoadShedder(new MemoryBudget(MEMORY_BYTES));
            PingResponder listener = new PingResponder();
            listener.socket =
                    new ChatSocket(webSocket, FlushCoalescer.of(context), socket, shedder, Optional.empty(), listener);
        });
    }

    private static void handshake(Socket client) throws IOException {
        client.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
        awaitText(client.getInputStream(), "\r\n\r\n");
        client.getOutputStream().write(PING);
        awaitText(client.getInputStream(), "\"pong\"");
    }

    private static void awaitText(InputStream in, String end) throws IOException {
        StringBuilder received = new StringBuilder();
        while (received.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0 || received.length() > MAX_ANSWER_CHARS) {
                throw new EOFException("not answered");
            }
            received.append((char) next);
        }
    }

    private static byte[] masked(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(6 + utf8.length)
                .put((byte) 0x81)
                .put((byte) (0x80 | utf8.length))
                .putInt(0) // a zero mask leaves the text unchanged
                .put(utf8)
                .array();
    }

    /** Answers a ping. */
    private static final class PingResponder implements ClientTransport.Listener {
        private @Nullable ChatSocket socket;

        @Override
        public void message(byte[] utf8) {
            ChatSocket to = socket;
            if (to != null) {
                Optional<String> id =
                        FrameDecoder.decode(utf8).fold(frame -> frame.envelope().id(), malformed -> malformed.id());
                to.send(new ServerFrame.Pong(id, 0));
            }
        }

        @Override
        public void violated(CloseCode code) {
            // the only client follows the protocol
        }

        @Override
        public void closing() {
            // nothing is queued
        }

        @Override
        public void closed() {
            // closing Vert.x releases everything
        }
    }
}

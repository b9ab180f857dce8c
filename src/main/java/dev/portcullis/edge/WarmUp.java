package dev.portcullis.edge;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.token.TokenInspection;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.edge.handshake.UpgradeRequest;
import dev.portcullis.edge.listener.HttpServerSettings;
import dev.portcullis.edge.socket.ChatSocket;
import dev.portcullis.edge.socket.FlushCoalescer;
import dev.portcullis.edge.socket.LoadShedder;
import dev.portcullis.edge.socket.MemoryBudget;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.tcp.AcceptTransport;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.codec.FrameDecoder;
import dev.portcullis.protocol.codec.FrameEncoder;
import io.vertx.core.Context;
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
 * Walks the path of a handshake once while the node starts. On a cold JVM the first walk loads hundreds of classes, among
 * them the key's, JSON's, Netty's and those of the WebSocket: an event loop that did so for its first client would serve
 * nobody else for a second.
 *
 * <p>It has an instance of Vert.x, a listener on the loopback, a memory budget and a verifier of its own, so that no
 * metric, log, session or limit of the node shows it, and it may fail without harm. Its token has expired when it is made.
 */
public final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** Beyond it the node starts cold. */
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

    /** Begins on a thread of its own. */
    public static Walk begin(HttpConfig http, SocketConfig socket, AuthConfig auth) {
        Walk walk = new Walk(new WarmUp(http, socket, auth));
        walk.setDaemon(true);
        walk.start();
        return walk;
    }

    /** One that is under way. */
    public static final class Walk extends Thread {
        private final WarmUp warmUp;
        private volatile boolean complete;

        private Walk(WarmUp path) {
            super("warm-up");
            this.warmUp = path;
        }

        @Override
        public void run() {
            try {
                warmUp.run();
                complete = true;
                LOG.atDebug().addKeyValue("event", "node.warm").log("the path of a handshake was walked");
            } catch (Exception | LinkageError broken) {
                LOG.atDebug()
                        .addKeyValue("event", "node.cold")
                        .setCause(broken)
                        .log("the path of a handshake could not be walked");
            }
        }

        /** Waits for its end, but not for ever: then the node starts cold. */
        public void await() throws InterruptedException {
            join(TIMEOUT_MS);
        }

        /** Whether it has come to the end of the path. */
        public boolean isComplete() {
            return complete;
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

    /** Nobody else uses its event loop, so nobody has to be told that it is busy. */
    private static VertxOptions options() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setBlockedThreadCheckInterval(1)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.HOURS);
    }

    private void verifyToken(Vertx vertx) throws Exception {
        if (!auth.tokens().issuers().isEmpty()) {
            String token = new TokenSigner(auth.tokens().issuers().get(0), System::currentTimeMillis)
                    .mint("warm-up", Role.MEMBER, List.of(), Optional.empty(), Duration.ofSeconds(-1));
            TokenInspection.of(vertx, auth.tokens(), token, System::currentTimeMillis)
                    .await(STEP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        }
    }

    private HttpServer listen(Vertx vertx) throws Exception {
        TlsConfig plain = new TlsConfig(Optional.empty(), Optional.empty(), false);
        HttpServerOptions options = HttpServerSettings.options(http, plain, socket)
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
                .map(peer -> UpgradeRequest.of(request, true, peer, proxies, auth, 0))
                .flatMap(knock -> knock.subprotocols().echo())
                .ifPresent(name -> request.response().putHeader("Sec-WebSocket-Protocol", name));
        request.toWebSocket().onSuccess(webSocket -> {
            LoadShedder shedder = new LoadShedder(new MemoryBudget(MEMORY_BYTES));
            PingResponder listener = new PingResponder();
            listener.socket = new ChatSocket(webSocket, FlushCoalescer.of(context), socket, shedder, listener);
        });
    }

    private static void handshake(Socket client) throws IOException {
        client.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
        awaitText(client.getInputStream(), "\r\n\r\n");
        client.getOutputStream().write(PING);
        awaitText(client.getInputStream(), "\"pong\"");
    }

    private static void awaitText(InputStream in, String end) throws IOException {
        StringBuilder said = new StringBuilder();
        while (said.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0 || said.length() > MAX_ANSWER_CHARS) {
                throw new EOFException("not answered");
            }
            said.append((char) next);
        }
    }

    private static byte[] masked(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(6 + utf8.length)
                .put((byte) 0x81)
                .put((byte) (0x80 | utf8.length))
                .putInt(0) // this mask leaves the text as it is
                .put(utf8)
                .array();
    }

    /** Answers a ping. */
    private static final class PingResponder implements ChatSocket.Listener {
        private @Nullable ChatSocket socket;

        @Override
        public void message(byte[] utf8) {
            ChatSocket to = socket;
            if (to != null) {
                Optional<String> id =
                        FrameDecoder.decode(utf8).fold(frame -> frame.envelope().id(), malformed -> malformed.id());
                to.send(FrameEncoder.encode(new ServerFrame.Pong(id, 0)));
            }
        }

        @Override
        public void violated(CloseCode code) {
            // the only peer keeps to the rules
        }

        @Override
        public void closing() {
            // nothing waits
        }

        @Override
        public void closed() {
            // all of this goes with its Vert.x
        }
    }
}

package dev.portcullis.edge.handshake;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.connection.FrameBarrier;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.session.SessionOpener;
import dev.portcullis.edge.session.SessionOutcome;
import dev.portcullis.edge.session.SessionSupervisor;
import dev.portcullis.edge.socket.ChatSocketFactory;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Carries out the outcome of a {@link Handshake}: an upgrade, or an HTTP answer. */
public final class HandshakeHandler {
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    private final UpgradeExchange.Dependencies dependencies;
    private final Admission admission;
    private final FrameBarrier barrier;
    private final Handshake handshake;
    private final ConnectionRegistry registry;
    private final ChatSocketFactory sockets;
    private final SessionSupervisor supervisor;
    private final SessionOpener sessions;
    private final FrameHandler<Connection> authFramePath;
    private final FrameHandler<Connection> framePath;

    public HandshakeHandler(
            UpgradeExchange.Dependencies dependencies,
            Admission admission,
            FrameBarrier barrier,
            Handshake handshake,
            ChatSocketFactory sockets,
            ConnectionRegistry registry,
            SessionSupervisor supervisor,
            SessionOpener sessions,
            FrameHandler<Connection> authFramePath,
            FrameHandler<Connection> framePath) {
        this.dependencies = dependencies;
        this.admission = admission;
        this.barrier = barrier;
        this.handshake = handshake;
        this.sockets = sockets;
        this.registry = registry;
        this.supervisor = supervisor;
        this.sessions = sessions;
        this.authFramePath = authFramePath;
        this.framePath = framePath;
    }

    public void handle(HttpServerRequest request) {
        UpgradeExchange.of(dependencies, request).ifPresent(exchange -> {
            if (admission.isFree()) {
                admission.begin();
                begin(exchange);
            } else {
                await(exchange);
            }
        });
    }

    private void begin(UpgradeExchange exchange) {
        Upgrade upgrade = new Upgrade(exchange);
        succeededFuture()
                .compose(any -> barrier.pass(() -> handshake.check(exchange.upgradeRequest())))
                .otherwise(HandshakeOutcome.refused(HandshakeRefusal.UNAVAILABLE))
                .onComplete(any -> admission.ended())
                .onSuccess(outcome ->
                        outcome.match(exchange::refuse, upgrade::awaitingAuth, upgrade::accepted, upgrade::rejected));
    }

    /** What is refused without a question does not wait for it. All is checked again when it is its turn. */
    private void await(UpgradeExchange exchange) {
        barrier.pass(() -> succeededFuture(handshake.refusalAtOnce(exchange.upgradeRequest())))
                .onSuccess(refusal -> refusal.ifPresentOrElse(
                        exchange::refuse,
                        () -> admission
                                .enter(exchange, () -> begin(exchange))
                                .ifPresent(waitMs -> exchange.refuse(new HandshakeOutcome.Refused(
                                        HandshakeRefusal.NODE_FULL, waitMs, Optional.empty())))));
    }

    /** The upgrade of one request that was not refused. */
    private final class Upgrade {
        private final UpgradeExchange exchange;
        private final Optional<String> compression;

        Upgrade(UpgradeExchange exchange) {
            this.exchange = exchange;
            this.compression = sockets.compression()
                    .flatMap(any -> OfferedCompression.answer(
                            exchange.request().headers().getAll(EXTENSIONS)));
        }

        void awaitingAuth(HandshakeOutcome.AwaitingAuth outcome) {
            long deadline = System.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(dependencies.auth().messageTimeoutMs());
            upgrade(
                    outcome.client(),
                    () -> {},
                    webSocket -> supervisor.opened(registry.open(
                            sockets.of(webSocket, compression.isPresent()),
                            outcome.client(),
                            authFramePath,
                            deadline)));
        }

        void accepted(HandshakeOutcome.Accepted outcome) {
            SessionOutcome.Opened opened = outcome.opened();
            Session session = opened.registration().session();
            upgrade(
                    outcome.client(),
                    () -> sessions.end(session),
                    webSocket -> { // one turn: no frame comes in between
                        Connection connection = registry.open(
                                sockets.of(webSocket, compression.isPresent()),
                                outcome.client(),
                                framePath,
                                Long.MAX_VALUE);
                        supervisor.attach(connection, opened, framePath);
                    });
        }

        void rejected(HandshakeOutcome.RejectedAfterUpgrade outcome) {
            outcome.close()
                    .notice()
                    .match(failed -> exchange.refusedAfterUpgrade(failed.defect()), rejected -> {}, () -> {});
            upgrade(
                    outcome.client(),
                    () -> {},
                    webSocket -> registry.refuse(
                            sockets.of(webSocket, compression.isPresent()), outcome.client(), outcome.close()));
        }

        /** Releases what was acquired for this connection unless the connection has taken it over. */
        private void upgrade(RemoteClient client, Runnable undo, Consumer<ServerWebSocket> onUpgraded) {
            Map<String, String> headers = new HashMap<>();
            exchange.upgradeRequest()
                    .subprotocols()
                    .echo()
                    .ifPresent(name -> headers.put("Sec-WebSocket-Protocol", name));
            compression.ifPresent(answer -> headers.put(EXTENSIONS, answer));
            exchange.upgrade(
                    headers,
                    () -> {
                        undo.run();
                        client.slot().release();
                    },
                    onUpgraded);
        }
    }
}

package dev.portcullis.edge.handshake;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.anomaly.AddressWatch;
import dev.portcullis.edge.anomaly.RequestText;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.session.SessionOpener;
import dev.portcullis.edge.session.SessionOpening;
import dev.portcullis.edge.session.SessionSupervisor;
import dev.portcullis.edge.socket.ChatSocketFactory;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.AuthRefusal;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Carries out the outcome of a {@link Handshake}: an upgrade, or an HTTP answer. */
public final class HandshakeHandler {
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    private final Dependencies dependencies;
    private final Handshake handshake;
    private final ConnectionRegistry registry;
    private final ChatSocketFactory sockets;
    private final SessionSupervisor supervisor;
    private final SessionOpener sessions;
    private final FrameHandler<Connection> authFramePath;
    private final FrameHandler<Connection> framePath;

    /**
     * What all handshakes of a node share.
     *
     * @param pending bounds the connections that have not upgraded
     */
    public record Dependencies(
            PendingConnectionLimit pending,
            ClientAddress proxies,
            HttpResponses responses,
            AuthConfig auth,
            Audit audit,
            AddressWatch addresses,
            EnumCounters<HandshakeRefusal> refusals,
            Metrics metrics,
            LongSupplier clock) {}

    public HandshakeHandler(
            Dependencies dependencies,
            Handshake handshake,
            ChatSocketFactory sockets,
            ConnectionRegistry registry,
            SessionSupervisor supervisor,
            SessionOpener sessions,
            FrameHandler<Connection> authFramePath,
            FrameHandler<Connection> framePath) {
        this.dependencies = dependencies;
        this.handshake = handshake;
        this.sockets = sockets;
        this.registry = registry;
        this.supervisor = supervisor;
        this.sessions = sessions;
        this.authFramePath = authFramePath;
        this.framePath = framePath;
    }

    public void handle(HttpServerRequest request) {
        HttpChannel channel = HttpChannel.of(request.connection());
        Optional<IpAddress> address = dependencies.proxies().of(request);
        if (address.isEmpty() || !channel.claimUpgrade()) {
            channel.abort();
            return;
        }
        dependencies.pending().handshakeReceived(channel);
        request.pause(); // bytes that follow the request must wait for the upgrade
        UpgradeRequest upgradeRequest = UpgradeRequest.of(
                request,
                !channel.hasUnread(),
                address.get(),
                dependencies.proxies(),
                dependencies.auth(),
                channel.certificate(),
                dependencies.clock().getAsLong());
        OutcomeHandler outcomeHandler = new OutcomeHandler(request, channel, upgradeRequest);
        succeededFuture()
                .compose(any -> handshake.check(upgradeRequest))
                .onComplete(
                        outcome -> outcome.accept(outcomeHandler),
                        failure -> HandshakeOutcome.refused(HandshakeRefusal.UNAVAILABLE)
                                .accept(outcomeHandler));
    }

    private final class OutcomeHandler implements HandshakeOutcome.Cases {
        private final HttpServerRequest request;
        private final HttpChannel channel;
        private final UpgradeRequest upgradeRequest;
        private final Optional<String> compression;

        OutcomeHandler(HttpServerRequest request, HttpChannel channel, UpgradeRequest upgradeRequest) {
            this.request = request;
            this.channel = channel;
            this.upgradeRequest = upgradeRequest;
            this.compression = sockets.compression()
                    .flatMap(any -> OfferedCompression.answer(request.headers().getAll(EXTENSIONS)));
        }

        @Override
        public void awaitingAuth(HandshakeOutcome.AwaitingAuth outcome) {
            long deadline =
                    dependencies.clock().getAsLong() + dependencies.auth().messageTimeoutMs();
            upgrade(
                    outcome.client(),
                    () -> {},
                    webSocket -> supervisor.opened(registry.open(
                            sockets.of(webSocket, compression.isPresent()),
                            outcome.client(),
                            authFramePath,
                            deadline)));
        }

        @Override
        public void accepted(HandshakeOutcome.Accepted outcome) {
            SessionOpening.Opened opened = outcome.opened();
            Session session = opened.registration().session();
            upgrade(
                    outcome.client(),
                    () -> sessions.end(session),
                    webSocket -> { // one turn: no frame comes in between
                        Connection connection = registry.open(
                                sockets.of(webSocket, compression.isPresent()),
                                outcome.client(),
                                framePath,
                                session.expiresAt());
                        supervisor.attach(connection, opened, framePath);
                    });
        }

        @Override
        public void rejectedAfterUpgrade(HandshakeOutcome.RejectedAfterUpgrade outcome) {
            outcome.close().notice().match(failed -> search(failed.defect()), rejected -> {}, () -> {});
            upgrade(
                    outcome.client(),
                    () -> {},
                    webSocket -> registry.refuse(
                            sockets.of(webSocket, compression.isPresent()), outcome.client(), outcome.close()));
        }

        @Override
        public void refused(HandshakeOutcome.Refused outcome) {
            HandshakeRefusal refusal = outcome.refusal();
            recordRefusal(refusal, refusal.status(), outcome.defect());
            HttpServerResponse response =
                    dependencies.responses().protectedResponse(request).setStatusCode(refusal.status());
            if (outcome.retryAfterMs() > 0) {
                HttpResponses.retryAfter(response, outcome.retryAfterMs());
            }
            response.putHeader("Connection", "close");
            refusal.headers().forEach(response::putHeader);
            channel.stopReading();
            request.resume(); // Vert.x counts a request as active until its end is read
            response.putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end(refusal.sentence())
                    .onComplete(any -> channel.close());
        }

        private void recordRefusal(HandshakeRefusal refusal, int status, Optional<TokenDefect> defect) {
            dependencies.refusals().add(refusal);
            watch(refusal, defect);
            defect.map(TokenDefect::refusal).ifPresent(dependencies.metrics()::authFailed);
            AuditEvent event = about(CloseNotice.AuthFailed.event(defect, EventName.WS_HANDSHAKE_REFUSED))
                    .reason(refusal.id())
                    .code(status);
            dependencies
                    .audit()
                    .event(defect.map(TokenDefect::id).map(event::detail).orElse(event));
        }

        /** What fails a check of the handshake's table up to the headers counts for no address: a foreign page may have sent it. */
        private void watch(HandshakeRefusal refusal, Optional<TokenDefect> defect) {
            String address = upgradeRequest.address();
            if (refusal == HandshakeRefusal.MALFORMED && !new RequestText(request).mayComeFromForeignPage()) {
                dependencies.addresses().malformedHandshake(address);
            }
            dependencies.addresses().tokenRefused(address, upgradeRequest.guess(defect));
            if (refusal == HandshakeRefusal.MALFORMED
                    || refusal == HandshakeRefusal.NOT_AN_UPGRADE
                    || refusal == HandshakeRefusal.UNAUTHORIZED) {
                search(defect);
            }
        }

        /** The bearer of a token that has ended was authenticated once, and does not count. */
        private void search(Optional<TokenDefect> defect) {
            RequestText text = new RequestText(request);
            boolean counts = !text.mayComeFromForeignPage()
                    && defect.map(TokenDefect::refusal)
                            .filter(why -> why != AuthRefusal.INVALID_TOKEN)
                            .isEmpty();
            IpAddress.parse(upgradeRequest.address())
                    .ifPresent(address -> dependencies.addresses().inspect(address, text, counts));
        }

        /** Releases what was acquired for this connection unless the connection has taken it over. */
        private void upgrade(RemoteClient client, Runnable undo, Consumer<ServerWebSocket> onUpgraded) {
            Runnable rollback = () -> {
                undo.run();
                client.slot().release();
            };
            if (!channel.isOpen()) {
                rollback.run();
            } else if (channel.hasUnread()) {
                rollback.run();
                HandshakeOutcome.refused(HandshakeRefusal.MALFORMED)
                        .accept(this); // RFC 6455 4.1: a client sends nothing before the 101
            } else {
                request.response() // not called for a 101, only for a refusal that Vert.x writes
                        .headersEndHandler(any -> dependencies
                                .responses()
                                .protectedResponse(request)
                                .putHeader("Connection", "close"));
                upgradeRequest
                        .subprotocols()
                        .echo()
                        .ifPresent(name -> request.response().putHeader("Sec-WebSocket-Protocol", name));
                compression.ifPresent(answer -> request.response().putHeader(EXTENSIONS, answer));
                succeededFuture()
                        .compose(any -> request.toWebSocket())
                        .onComplete(webSocket -> begin(webSocket, onUpgraded, rollback), failure -> {
                            rollback.run();
                            refusedByVertx();
                        });
            }
        }

        /** The rules refuse all that Vert.x refuses. If one ever differs, the refusal is counted and logged once. */
        private void refusedByVertx() {
            HttpServerResponse response = request.response();
            if (response.ended()) {
                recordRefusal(HandshakeRefusal.MALFORMED, response.getStatusCode(), Optional.empty());
                channel.close();
            } else if (channel.isOpen()) {
                HandshakeOutcome.refused(HandshakeRefusal.MALFORMED).accept(this);
            }
        }

        private void begin(ServerWebSocket webSocket, Consumer<ServerWebSocket> onUpgraded, Runnable rollback) {
            if (!channel.isOpen()) {
                rollback.run();
                return;
            }
            try {
                dependencies.pending().upgraded(channel);
                webSocket.headers().clear(); // Vert.x keeps them for as long as the socket lives (CWE-401)
                onUpgraded.accept(webSocket);
            } catch (RuntimeException failure) {
                rollback.run();
                channel.abort();
                throw failure; // Vert.x logs it
            }
        }

        private AuditEvent about(EventName name) {
            AuditEvent event = AuditEvent.of(name).ip(upgradeRequest.address());
            Optional<String> origin = upgradeRequest.origins().stream().findFirst();
            return origin.map(event::origin).orElse(event);
        }
    }
}

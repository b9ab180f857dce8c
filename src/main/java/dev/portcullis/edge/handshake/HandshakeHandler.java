package dev.portcullis.edge.handshake;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.session.SessionOpener;
import dev.portcullis.edge.session.SessionOpening;
import dev.portcullis.edge.session.SessionSupervisor;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.IpAddress;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Carries out what the gatehouse decides: an upgrade, or an answer in HTTP. */
public final class HandshakeHandler {
    private final Surroundings around;
    private final Handshake handshake;
    private final ConnectionRegistry registry;
    private final SessionSupervisor keeper;
    private final SessionOpener sessions;
    private final FrameHandler<Connection> entrance;
    private final FrameHandler<Connection> framePath;

    /**
     * What a handshake needs of its node.
     *
     * @param pending bounds the connections that have not upgraded
     */
    public record Surroundings(
            PendingConnectionLimit pending,
            ClientAddress proxies,
            HttpResponses responses,
            AuthConfig auth,
            Audit audit,
            EnumCounters<HandshakeRefusal> refusals,
            LongSupplier clock) {}

    public HandshakeHandler(
            Surroundings around,
            Handshake handshake,
            ConnectionRegistry registry,
            SessionSupervisor keeper,
            SessionOpener sessions,
            FrameHandler<Connection> entrance,
            FrameHandler<Connection> framePath) {
        this.around = around;
        this.handshake = handshake;
        this.registry = registry;
        this.keeper = keeper;
        this.sessions = sessions;
        this.entrance = entrance;
        this.framePath = framePath;
    }

    public void handle(HttpServerRequest request) {
        HttpChannel channel = HttpChannel.of(request.connection());
        Optional<IpAddress> peer = IpAddress.ofPeer(request.remoteAddress().hostAddress());
        if (peer.isEmpty() || !channel.claimUpgrade()) {
            channel.abort();
            return;
        }
        around.pending().handshakeReceived(channel);
        request.pause(); // the upgrade comes later, and what follows it must wait
        UpgradeRequest knock = UpgradeRequest.of(
                request,
                !channel.hasUnread(),
                peer.get(),
                around.proxies(),
                around.auth(),
                around.clock().getAsLong());
        Outcome outcome = new Outcome(request, channel, knock);
        succeededFuture()
                .compose(any -> handshake.judge(knock))
                .onComplete(
                        passage -> passage.accept(outcome),
                        broken -> HandshakeOutcome.refused(HandshakeRefusal.UNAVAILABLE)
                                .accept(outcome));
    }

    private final class Outcome implements HandshakeOutcome.Cases {
        private final HttpServerRequest request;
        private final HttpChannel channel;
        private final UpgradeRequest knock;

        Outcome(HttpServerRequest request, HttpChannel channel, UpgradeRequest knock) {
            this.request = request;
            this.channel = channel;
            this.knock = knock;
        }

        @Override
        public void awaited(HandshakeOutcome.AwaitingAuth passage) {
            long deadline = around.clock().getAsLong() + around.auth().messageTimeoutMs();
            upgrade(
                    passage.client(),
                    () -> {},
                    webSocket -> registry.open(webSocket, passage.client(), entrance, deadline));
        }

        @Override
        public void welcome(HandshakeOutcome.Accepted passage) {
            SessionOpening.Opened opened = passage.opened();
            Session session = opened.registration().session();
            upgrade(passage.client(), () -> sessions.end(session), webSocket -> {
                Connection connection = registry.open(webSocket, passage.client(), framePath, session.expiresAt());
                keeper.attach(connection, opened.registration(), opened.greeting(), framePath);
            });
        }

        @Override
        public void turnedAway(HandshakeOutcome.RejectedAfterUpgrade passage) {
            upgrade(
                    passage.client(),
                    () -> {},
                    webSocket -> registry.refuse(webSocket, passage.client(), passage.close()));
        }

        @Override
        public void refused(HandshakeOutcome.Refused passage) {
            HandshakeRefusal row = passage.row();
            note(row, row.status(), passage.defect());
            HttpServerResponse response =
                    around.responses().protectedResponse(request).setStatusCode(row.status());
            if (passage.retryAfterMs() > 0) {
                response.putHeader("Retry-After", Long.toString((passage.retryAfterMs() + 999) / 1_000));
            }
            response.putHeader("Connection", "close");
            row.headers().forEach(response::putHeader);
            channel.stopReading();
            request.resume(); // Vert.x counts a request as active until its end was read
            response.putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end(row.sentence())
                    .onComplete(any -> channel.close());
        }

        private void note(HandshakeRefusal row, int status, Optional<TokenDefect> defect) {
            around.refusals().add(row);
            AuditEvent event =
                    about(EventName.WS_HANDSHAKE_REFUSED).reason(row.id()).code(status);
            around.audit().event(defect.map(TokenDefect::id).map(event::detail).orElse(event));
        }

        /** What was taken for this connection is given back unless the connection has taken it over. */
        private void upgrade(RemoteClient client, Runnable undo, Consumer<ServerWebSocket> first) {
            Runnable giveBack = () -> {
                undo.run();
                client.slot().release();
            };
            if (!channel.isOpen()) {
                giveBack.run();
            } else if (channel.hasUnread()) {
                giveBack.run();
                HandshakeOutcome.refused(HandshakeRefusal.MALFORMED)
                        .accept(this); // RFC 6455 4.1: the client waits for the 101
            } else {
                request.response() // not called for a 101, only for a refusal that Vert.x writes
                        .headersEndHandler(any ->
                                around.responses().protectedResponse(request).putHeader("Connection", "close"));
                knock.subprotocols()
                        .echo()
                        .ifPresent(name -> request.response().putHeader("Sec-WebSocket-Protocol", name));
                succeededFuture()
                        .compose(any -> request.toWebSocket())
                        .onComplete(webSocket -> begin(webSocket, first, giveBack), broken -> {
                            giveBack.run();
                            refusedByVertx();
                        });
            }
        }

        /** The rules above let nothing pass that Vert.x refuses; should they ever, it is counted and written down once. */
        private void refusedByVertx() {
            HttpServerResponse response = request.response();
            if (response.ended()) {
                note(HandshakeRefusal.MALFORMED, response.getStatusCode(), Optional.empty());
                channel.close();
            } else if (channel.isOpen()) {
                HandshakeOutcome.refused(HandshakeRefusal.MALFORMED).accept(this);
            }
        }

        private void begin(ServerWebSocket webSocket, Consumer<ServerWebSocket> first, Runnable giveBack) {
            if (!channel.isOpen()) {
                giveBack.run();
                return;
            }
            try {
                around.pending().upgraded(channel);
                webSocket.headers().clear(); // Vert.x keeps them for as long as the socket lives (CWE-401)
                first.accept(webSocket);
            } catch (RuntimeException bug) {
                giveBack.run();
                channel.abort();
                throw bug; // for the log
            }
        }

        private AuditEvent about(EventName name) {
            AuditEvent event = AuditEvent.of(name).ip(knock.address());
            Optional<String> origin = knock.origins().stream().findFirst();
            return origin.map(event::origin).orElse(event);
        }
    }
}

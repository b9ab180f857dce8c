package dev.portcullis.edge;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.http.Address;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.Optional;
import java.util.function.Consumer;

/** Carries out what the gatehouse decides: an upgrade, or an answer in HTTP. */
final class Handshake {
    private final EdgeParts parts;
    private final Gatehouse gatehouse;
    private final Connections connections;
    private final Replies replies;
    private final Doorkeeper doorkeeper;
    private final Path entrance;
    private final Path framePath;

    Handshake(
            EdgeParts parts,
            Gatehouse gatehouse,
            Connections connections,
            Replies replies,
            Doorkeeper doorkeeper,
            Path entrance,
            Path framePath) {
        this.parts = parts;
        this.gatehouse = gatehouse;
        this.connections = connections;
        this.replies = replies;
        this.doorkeeper = doorkeeper;
        this.entrance = entrance;
        this.framePath = framePath;
    }

    void handle(HttpServerRequest request) {
        request.pause(); // the upgrade comes later, and what follows it must wait
        Address.ofPeer(request.remoteAddress().hostAddress())
                .ifPresentOrElse(
                        peer -> judge(
                                request,
                                UpgradeRequest.of(
                                        request,
                                        peer,
                                        parts.front().proxies(),
                                        parts.auth(),
                                        parts.clock().getAsLong())),
                        () -> request.connection().close());
    }

    private void judge(HttpServerRequest request, UpgradeRequest knock) {
        Outcome outcome = new Outcome(request, knock);
        gatehouse
                .judge(knock)
                .onComplete(
                        passage -> passage.accept(outcome),
                        broken -> Passage.refused(HandshakeRefusal.UNAVAILABLE).accept(outcome));
    }

    private final class Outcome implements Passage.Cases {
        private final HttpServerRequest request;
        private final UpgradeRequest knock;

        Outcome(HttpServerRequest request, UpgradeRequest knock) {
            this.request = request;
            this.knock = knock;
        }

        @Override
        public void awaited(Passage.Awaited passage) {
            long deadline = parts.clock().getAsLong() + parts.auth().messageTimeoutMs();
            upgrade(
                    passage.peer(),
                    () -> {},
                    webSocket -> connections.open(webSocket, passage.peer(), entrance, deadline));
        }

        @Override
        public void welcome(Passage.Welcome passage) {
            Reception.Welcome reception = passage.reception();
            upgrade(passage.peer(), () -> doorkeeper.goodbye(reception.session()), webSocket -> {
                Connection connection = connections.open(
                        webSocket,
                        passage.peer(),
                        framePath,
                        reception.session().expiresAt());
                connections.enter(connection, reception, framePath);
            });
        }

        @Override
        public void turnedAway(Passage.TurnedAway passage) {
            upgrade(passage.peer(), () -> {}, webSocket -> {
                Connection connection = connections.open(webSocket, passage.peer(), entrance, Long.MAX_VALUE);
                replies.end(connection, passage.code(), passage.lastWord());
            });
        }

        @Override
        public void refused(Passage.Refused passage) {
            HandshakeRefusal row = passage.row();
            parts.watch().refusedHandshakes().add(row);
            parts.watch()
                    .audit()
                    .event(about(EventName.WS_HANDSHAKE_REFUSED)
                            .reason(row.word())
                            .code(row.status()));
            HttpServerResponse response =
                    parts.front().answers().protectedResponse(request).setStatusCode(row.status());
            if (passage.retryAfterMs() > 0) {
                response.putHeader("Retry-After", Long.toString((passage.retryAfterMs() + 999) / 1_000));
            }
            response.putHeader("Connection", "close");
            row.headers().forEach(response::putHeader);
            response.putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end(row.sentence())
                    .onComplete(any -> request.connection().close());
        }

        private void upgrade(Peer peer, Runnable undo, Consumer<ServerWebSocket> first) {
            knock.offered().echo().ifPresent(name -> request.response().putHeader("Sec-WebSocket-Protocol", name));
            request.toWebSocket()
                    .onComplete(
                            webSocket -> {
                                parts.front().doorstep().upgraded(request.connection());
                                first.accept(webSocket);
                            },
                            refused -> { // Vert.x has answered it by itself
                                undo.run();
                                peer.place().leave();
                            });
        }

        private AuditEvent about(EventName name) {
            AuditEvent event = AuditEvent.of(name).ip(knock.address());
            Optional<String> origin = knock.origins().stream().findFirst();
            return origin.map(event::origin).orElse(event);
        }
    }
}

package dev.portcullis.edge;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.frame.AuthFramePath;
import dev.portcullis.edge.frame.FramePath;
import dev.portcullis.edge.handshake.EngineHandshake;
import dev.portcullis.edge.handshake.Handshake;
import dev.portcullis.edge.handshake.HandshakeHandler;
import dev.portcullis.edge.handshake.OpeningToken;
import dev.portcullis.edge.handshake.UpgradeExchange;
import dev.portcullis.edge.session.SessionOpener;
import dev.portcullis.edge.session.SessionSupervisor;
import dev.portcullis.edge.socket.ChatSocketFactory;
import dev.portcullis.edge.socket.FlushCoalescer;
import dev.portcullis.edge.socket.MessageCompression;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.edge.socketio.SocketIoEndpoint;
import dev.portcullis.edge.socketio.SocketIoNode;
import dev.portcullis.http.routing.BodyReader;
import io.vertx.core.Context;
import java.util.Optional;

/** The ways in on one event loop: puts together what makes connections of requests. */
record LoopHandlers(
        Edge edge,
        Context context,
        ConnectionRegistry connections,
        SessionSupervisor supervisor,
        SessionOpener sessions,
        TimerWheel timers,
        AuthFramePath authFramePath,
        FramePath framePath) {

    HandshakeHandler webSocket() {
        return new HandshakeHandler(
                exchanges(edge.config.auth()),
                handshake(),
                sockets(edge.config.http().compression() ? Optional.of(new MessageCompression()) : Optional.empty()),
                connections,
                supervisor,
                sessions,
                authFramePath,
                framePath);
    }

    /** Empty where Socket.IO is not served. */
    Optional<SocketIoEndpoint> socketIo() {
        return edge.socketIo.enabled() ? Optional.of(edge.socketIo.endpoint(socketIoLoop())) : Optional.empty();
    }

    /**
     * A client of Socket.IO presents its token when it connects to the namespace. A header of its requests may be meant for what
     * stands in front of this server, so it is of use where it is right, and nothing where it is not; a cookie is what its browser
     * sends by itself.
     */
    private SocketIoNode.Loop socketIoLoop() {
        return new SocketIoNode.Loop(
                context,
                new EngineHandshake(
                        handshake(),
                        new OpeningToken(
                                edge.config.auth(),
                                edge.stages.authenticator(),
                                user -> edge.services.bans().ofUser(user).isPresent(),
                                edge.front.budget()::proved),
                        edge.config.auth(),
                        edge.services.clock()),
                connections,
                supervisor,
                sockets(Optional.empty()),
                timers,
                sessions,
                authFramePath,
                framePath,
                edge.config.auth(),
                exchanges(edge.config.auth().onlyBy(CredentialSource.COOKIE)),
                edge.front.budget(),
                edge.front.cors(),
                new BodyReader(
                        edge.services.vertx(),
                        edge.front.bodies(),
                        edge.front.proxies(),
                        edge.config.http().bodyMs()));
    }

    private ChatSocketFactory sockets(Optional<MessageCompression> compression) {
        return new ChatSocketFactory(
                FlushCoalescer.of(context), edge.config.edge().socket(), edge.shedder, compression);
    }

    private Handshake handshake() {
        return new Handshake(
                edge.front.rules(),
                edge.front.addresses(),
                edge.stages.limiter(),
                edge.givenBackAttempts,
                edge.refusedOpenings,
                edge.connectionLimiter,
                sessions,
                edge.stages.refusedTokens(),
                edge.config.auth());
    }

    private UpgradeExchange.Dependencies exchanges(AuthConfig auth) {
        return new UpgradeExchange.Dependencies(
                edge.front.pending(),
                edge.front.proxies(),
                edge.front.responses(),
                auth,
                edge.services.audit(),
                edge.anomaly.addresses(),
                edge.refusedHandshakes,
                edge.services.metrics(),
                edge.services.clock());
    }
}

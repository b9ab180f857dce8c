package dev.portcullis.edge.socketio;

import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.AuthConfig;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.connection.HeartbeatConfig;
import dev.portcullis.edge.frame.AuthFramePath;
import dev.portcullis.edge.frame.FramePath;
import dev.portcullis.edge.handshake.EngineHandshake;
import dev.portcullis.edge.handshake.UpgradeExchange;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.edge.session.SessionOpener;
import dev.portcullis.edge.session.SessionSupervisor;
import dev.portcullis.edge.socket.ChatSocketFactory;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.edge.socketio.engine.EngineLoop;
import dev.portcullis.edge.socketio.engine.EngineSessions;
import dev.portcullis.edge.socketio.engine.SessionLoop;
import dev.portcullis.edge.socketio.packet.EngineError;
import dev.portcullis.http.CorsRule;
import dev.portcullis.http.routing.BodyReader;
import io.vertx.core.Context;
import java.util.function.Predicate;

/** The objects that the clients of Socket.IO share on all event loops of a node. */
public final class SocketIoNode {
    /** The bytes that a payload may have beside the connect packet. */
    private static final int AROUND_CONNECT = 1_024;

    private final SocketIoConfig config;
    private final HeartbeatConfig heartbeat;
    private final Predicate<String> isOwnEvent;
    private final EngineSessions sessions = new EngineSessions();
    private final EnumCounters<EngineError> refusals;

    /**
     * The objects of one event loop for its clients of Socket.IO.
     *
     * @param auth the rules for the token that a client connects with; {@code exchanges} has those for tokens of requests
     */
    public record Loop(
            Context context,
            EngineHandshake gates,
            ConnectionRegistry registry,
            SessionSupervisor supervisor,
            ChatSocketFactory sockets,
            TimerWheel timers,
            SessionOpener opener,
            AuthFramePath authFrames,
            FramePath framePath,
            AuthConfig auth,
            UpgradeExchange.Dependencies exchanges,
            RequestBudget budget,
            CorsRule cors,
            BodyReader bodies) {}

    /** @param isOwnEvent whether a name is that of an event of the application */
    public SocketIoNode(
            SocketIoConfig config, HeartbeatConfig heartbeat, Metrics metrics, Predicate<String> isOwnEvent) {
        this.config = config;
        this.heartbeat = heartbeat;
        this.isOwnEvent = isOwnEvent;
        this.refusals = metrics.counters(Metric.SOCKETIO_REFUSED, EngineError.class, EngineError::id);
    }

    public boolean enabled() {
        return config.enabled();
    }

    public SocketIoEndpoint endpoint(Loop of) {
        SessionLoop loop = SessionLoop.of(of.context());
        ChatSocketFactory sockets = of.sockets();
        return new SocketIoEndpoint(
                of.gates(),
                of.registry(),
                of.supervisor(),
                sockets,
                heartbeat,
                config,
                isOwnEvent,
                sessions,
                new EngineLoop(
                        loop,
                        sockets.config(),
                        sockets.shedder(),
                        of.timers(),
                        config.packets(),
                        heartbeat.timeoutMs()),
                new ConnectPath.Shared(of.opener(), of.authFrames(), of.auth(), new EventPath(of.framePath())),
                new PollingRequests(
                        new PollingRequests.Shared(
                                of.exchanges(),
                                of.exchanges().pending(),
                                of.budget(),
                                of.exchanges().responses(),
                                of.cors(),
                                of.bodies(),
                                of.exchanges().audit(),
                                refusals,
                                sockets.config().frameBytes(),
                                Math.min(
                                        sockets.config().frameBytes(),
                                        sockets.config().authFrameBytes() + AROUND_CONNECT),
                                heartbeat.timeoutMs()),
                        loop));
    }
}

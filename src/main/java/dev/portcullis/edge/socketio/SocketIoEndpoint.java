package dev.portcullis.edge.socketio;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.connection.HeartbeatConfig;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.handshake.EngineHandshake;
import dev.portcullis.edge.handshake.UpgradeExchange;
import dev.portcullis.edge.listener.PublicRequestHandler;
import dev.portcullis.edge.session.SessionSupervisor;
import dev.portcullis.edge.socket.ChatSocketFactory;
import dev.portcullis.edge.socketio.engine.EngineLoop;
import dev.portcullis.edge.socketio.engine.EngineOrigin;
import dev.portcullis.edge.socketio.engine.EngineSession;
import dev.portcullis.edge.socketio.engine.EngineSocket;
import dev.portcullis.edge.socketio.engine.EngineSockets;
import dev.portcullis.edge.socketio.packet.EngineError;
import dev.portcullis.edge.socketio.packet.EnginePackets;
import dev.portcullis.edge.socketio.packet.EngineQuery;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.http.routing.BodyReader;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The requests for {@code /socket.io/} on one event loop: the gates of {@code /ws}, and behind them a session of Engine.IO. */
public final class SocketIoEndpoint {
    public static final String PATH = "/socket.io/";

    private final EngineHandshake gates;
    private final ConnectionRegistry registry;
    private final SessionSupervisor supervisor;
    private final ChatSocketFactory sockets;
    private final HeartbeatConfig heartbeat;
    private final SocketIoConfig config;
    private final Predicate<String> isOwnEvent;
    private final Map<String, EngineSession> sessions;
    private final EngineLoop shared;
    private final ConnectPath.Shared paths;
    private final PollingRequests polling;

    public SocketIoEndpoint(
            EngineHandshake gates,
            ConnectionRegistry registry,
            SessionSupervisor supervisor,
            ChatSocketFactory sockets,
            HeartbeatConfig heartbeat,
            SocketIoConfig config,
            Predicate<String> isOwnEvent,
            Map<String, EngineSession> sessions,
            EngineLoop shared,
            ConnectPath.Shared paths,
            PollingRequests polling) {
        this.gates = gates;
        this.registry = registry;
        this.supervisor = supervisor;
        this.sockets = sockets;
        this.heartbeat = heartbeat;
        this.config = config;
        this.isOwnEvent = isOwnEvent;
        this.sessions = sessions;
        this.shared = shared;
        this.paths = paths;
        this.polling = polling;
    }

    public void handle(HttpServerRequest request) {
        boolean upgrade = PublicRequestHandler.isWebSocket(request);
        EngineQuery query = EngineQuery.parse(request.query());
        if (upgrade) {
            polling.upgrade(request).ifPresent(exchange -> serve(exchange, query, true));
        } else if (mayHaveNoBody(request.method())
                && BodyReader.isAnnounced(request)) { // nothing would bound it (CWE-400)
            polling.request(request).ifPresent(exchange -> polling.refuseUnread(exchange, EngineError.BAD_REQUEST));
        } else if (request.method().equals(HttpMethod.OPTIONS)) {
            polling.preflight(request);
        } else {
            polling.request(request).ifPresent(exchange -> serve(exchange, query, false));
        }
    }

    private static boolean mayHaveNoBody(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.OPTIONS);
    }

    private void serve(UpgradeExchange exchange, EngineQuery query, boolean upgrade) {
        if (query.sid().isPresent() && !gates.admits(exchange, upgrade)) {
            return;
        }
        BiConsumer<UpgradeExchange, EngineError> refuse = upgrade ? polling::refuseUnread : polling::refuse;
        boolean get = exchange.request().method().equals(HttpMethod.GET);
        Optional<EngineError> defect = query.defect(get, upgrade);
        if (defect.isPresent()) {
            refuse.accept(exchange, defect.get());
        } else if (query.sid().isPresent()) {
            find(query.sid().get(), exchange)
                    .ifPresentOrElse(
                            session -> pass(exchange, session, upgrade), () -> refuseUnknown(exchange, refuse));
        } else {
            gates.open(exchange, upgrade, client -> begin(exchange, client, upgrade));
        }
    }

    private void pass(UpgradeExchange exchange, EngineSession session, boolean upgrade) {
        if (upgrade) {
            upgrade(exchange, session);
        } else {
            polling.pass(exchange, session);
        }
    }

    private void begin(UpgradeExchange exchange, RemoteClient client, boolean upgrade) {
        if (upgrade) {
            exchange.upgrade(Map.of(), () -> client.slot().release(), webSocket -> open(webSocket, exchange, client));
        } else {
            open(exchange, client);
        }
    }

    private void upgrade(UpgradeExchange exchange, EngineSession session) {
        EngineSockets ofSession = session.sockets();
        if (!ofSession.claim()) {
            polling.refuseUnread(exchange, EngineError.BAD_REQUEST);
        } else if (ofSession.admitsUpgrade()) {
            HttpChannel channel = HttpChannel.of(exchange.request().connection());
            exchange.upgradeProbing(
                    EngineSockets.MAX_PROBING_MS,
                    (webSocket, onTaken) -> probe(webSocket, session, () -> {
                        onTaken.run();
                        session.whenDropped(channel::abort);
                    }),
                    ofSession::release);
        } else {
            ofSession.release();
            polling.refuseUnread(exchange, EngineError.BAD_REQUEST);
        }
    }

    private void refuseUnknown(UpgradeExchange exchange, BiConsumer<UpgradeExchange, EngineError> refuse) {
        if (gates.admitsUnknown(exchange)) {
            refuse.accept(exchange, EngineError.UNKNOWN_SESSION);
        }
    }

    private Optional<EngineSession> find(String sid, UpgradeExchange exchange) {
        Optional<EngineSession> found = Optional.ofNullable(sessions.get(sid))
                .filter(session -> session.origin().admits(exchange.upgradeRequest()));
        found.ifPresent(session -> polling.paidBy(session, exchange));
        return found;
    }

    /** A session that begins with polls. */
    private void open(UpgradeExchange exchange, RemoteClient client) {
        EngineSession session = begin(exchange, client);
        polling.opened(exchange, openPacket(session, true));
        givesWay(session, client);
    }

    /** A session that has a WebSocket from the beginning. */
    private void open(ServerWebSocket webSocket, UpgradeExchange exchange, RemoteClient client) {
        EngineSession session = begin(exchange, client);
        session.whenDropped(HttpChannel.of(exchange.request().connection())::abort);
        session.sockets().open(socket(webSocket, session, () -> {}), openPacket(session, false));
        givesWay(session, client);
    }

    /** Closes the session at once if a newer client has its place already. */
    private static void givesWay(EngineSession session, RemoteClient client) {
        client.slot().onDisplaced(() -> session.loop().execute(session::drop));
    }

    private void probe(ServerWebSocket webSocket, EngineSession session, Runnable onTaken) {
        EngineSocket socket = socket(webSocket, session, onTaken);
        session.loop().execute(() -> session.sockets().probe(socket));
    }

    private EngineSocket socket(ServerWebSocket webSocket, EngineSession session, Runnable onTaken) {
        EngineSocket socket = new EngineSocket(session.sockets(), shared, onTaken);
        socket.bind(sockets.of(webSocket, false).open(socket));
        return socket;
    }

    private EngineSession begin(UpgradeExchange exchange, RemoteClient client) {
        EngineSession session = new EngineSession(
                shared, EngineOrigin.of(exchange.upgradeRequest()), ended -> sessions.remove(ended.id()));
        sessions.put(session.id(), session);
        connect(
                session,
                client,
                new ConnectPath(paths, exchange.upgradeRequest().presented(), () -> gates.connected(client)));
        return session;
    }

    private void connect(EngineSession session, RemoteClient client, ConnectPath first) {
        Connection connection = registry.open(
                listener -> {
                    SocketIoTransport transport = new SocketIoTransport(
                            session,
                            config.defaultRoom(),
                            isOwnEvent,
                            polling.connection(),
                            listener,
                            () -> connectAgain(session, client));
                    session.receiver(transport);
                    return transport;
                },
                client,
                first,
                gates.deadline());
        supervisor.opened(connection);
    }

    /**
     * The token of the handshake is good for one connect only: a client that connects again needs a token of its own, and has
     * made no attempt yet.
     */
    private void connectAgain(EngineSession session, RemoteClient client) {
        gates.again(client)
                .ifPresentOrElse(
                        next -> connect(session, next, new ConnectPath(paths, Optional.empty(), () -> {})),
                        session::abandon);
    }

    private byte[] openPacket(EngineSession session, boolean upgradable) {
        return EnginePackets.open(
                session.id(),
                upgradable,
                heartbeat.intervalMs(),
                heartbeat.timeoutMs() - heartbeat.intervalMs(),
                shared.limits().frameBytes());
    }
}

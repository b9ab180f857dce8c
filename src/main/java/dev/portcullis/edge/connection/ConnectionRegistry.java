package dev.portcullis.edge.connection;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection.CloseListener;
import dev.portcullis.edge.connection.Connection.Registration;
import dev.portcullis.edge.socket.ChatSocket;
import dev.portcullis.edge.socket.FlushCoalescer;
import dev.portcullis.edge.socket.LoadShedder;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.ratelimit.ConnectionBudget;
import dev.portcullis.ratelimit.RateLimitConfig;
import io.vertx.core.http.ServerWebSocket;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** The connections of one event loop: opens them, and finds them by their session until they are closed. */
public final class ConnectionRegistry implements CloseListener {
    private final Set<Connection> all = new HashSet<>();
    private final Map<String, Connection> bySession = new HashMap<>();
    private final Connection.Surroundings around;
    private final RateLimitConfig limits;
    private final LoadShedder shedder;
    private final FlushCoalescer turn;
    private final Heartbeat heartbeat;
    private final Metrics metrics;
    private final Audit audit;
    private final LongSupplier clock;
    private CloseListener listener = any -> {};

    public ConnectionRegistry(
            Connection.Surroundings around,
            RateLimitConfig limits,
            LoadShedder shedder,
            FlushCoalescer turn,
            Heartbeat heartbeat,
            Audit audit,
            LongSupplier clock) {
        this.around = around;
        this.limits = limits;
        this.shedder = shedder;
        this.turn = turn;
        this.heartbeat = heartbeat;
        this.metrics = around.metrics();
        this.audit = audit;
        this.clock = clock;
    }

    /** From now on it is told of each connection that is closed and had a session. */
    public void whenLeft(CloseListener told) {
        listener = told;
    }

    /** Call it in the first callback of the upgrade. */
    public Connection open(
            ServerWebSocket webSocket, RemoteClient client, FrameHandler<Connection> frameHandler, long deadline) {
        Connection connection = upgraded(webSocket, client);
        connection.listen(frameHandler, deadline);
        heartbeat.begin(connection);
        return connection;
    }

    /** Closes what was upgraded only to be refused. Call it in the first callback of the upgrade. */
    public void refuse(ServerWebSocket webSocket, RemoteClient client, FrameOutcome.Close why) {
        around.replies().end(upgraded(webSocket, client), why);
    }

    private Connection upgraded(ServerWebSocket webSocket, RemoteClient client) {
        Connection connection = new Connection(client, around, this, new ConnectionBudget(limits));
        connection.bind(new ChatSocket(webSocket, turn, around.limits(), shedder, connection));
        all.add(connection);
        metrics.connectionOpened();
        return connection;
    }

    /** It has a session now, by which it is found. */
    public void enter(Connection connection, Registration registration, FrameHandler<Connection> framePath) {
        connection.authenticate(registration, framePath, around.limits().frameBytes());
        bySession.put(registration.session().id(), connection);
    }

    public Optional<Connection> find(String sessionId) {
        return Optional.ofNullable(bySession.get(sessionId));
    }

    /** Of those that are not over. */
    public List<Session> sessions() {
        return registrations().stream().map(Registration::session).toList();
    }

    /** The same, and since when each is known to be in the store. */
    public List<Registration> registrations() {
        return bySession.values().stream()
                .filter(connection -> !connection.isClosing())
                .map(Connection::registration)
                .toList();
    }

    public Collection<Connection> all() {
        return all;
    }

    @Override
    public void left(Connection connection) {
        all.remove(connection);
        Optional<CloseCode> sent = Optional.ofNullable(connection.socket().sentCode());
        metrics.connectionClosed(sent);
        Optional<Session> identified = connection.identified();
        if (identified.isPresent()) { // else a stranger writes a line with each try (CWE-779)
            bySession.remove(identified.get().id(), connection);
            listener.left(connection);
            AuditEvent event = connection
                    .peer()
                    .event(EventName.WS_DISCONNECT, identified)
                    .durationMs(clock.getAsLong() - connection.peer().since())
                    .messageCount(connection.frames());
            audit.event(sent.map(event::closed).orElse(event));
        }
    }
}

package dev.portcullis.edge.connection;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection.CloseListener;
import dev.portcullis.edge.connection.Connection.Registration;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.ratelimit.ConnectionBudget;
import dev.portcullis.ratelimit.RateLimitConfig;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** The connections of one event loop. Opens them, and finds them by session id until they are closed. */
public final class ConnectionRegistry implements CloseListener {
    private final Set<Connection> all = new HashSet<>();
    private final Map<String, Connection> bySession = new HashMap<>();
    private final Connection.Dependencies dependencies;
    private final RateLimitConfig limits;
    private final Heartbeat heartbeat;
    private final Metrics metrics;
    private final Audit audit;
    private final LongSupplier clock;
    private CloseListener listener = any -> {};

    public ConnectionRegistry(
            Connection.Dependencies dependencies,
            RateLimitConfig limits,
            Heartbeat heartbeat,
            Audit audit,
            LongSupplier clock) {
        this.dependencies = dependencies;
        this.limits = limits;
        this.heartbeat = heartbeat;
        this.metrics = dependencies.metrics();
        this.audit = audit;
        this.clock = clock;
    }

    /** Sets the listener for closed connections that had a session. */
    public void setCloseListener(CloseListener closeListener) {
        listener = closeListener;
    }

    public Connection open(
            ClientTransport.Opener opener, RemoteClient client, FrameHandler<Connection> frameHandler, long deadline) {
        Connection connection = connect(opener, client);
        connection.acceptFrames(frameHandler, deadline);
        heartbeat.begin(connection);
        return connection;
    }

    /** Opens a connection only to tell its client why it is refused. */
    public void refuse(ClientTransport.Opener opener, RemoteClient client, FrameOutcome.Close why) {
        dependencies.replies().writeClose(connect(opener, client), why);
    }

    private Connection connect(ClientTransport.Opener opener, RemoteClient client) {
        Connection connection = new Connection(client, dependencies, this, new ConnectionBudget(limits));
        connection.bind(opener.open(connection));
        all.add(connection);
        metrics.connectionOpened();
        return connection;
    }

    /** Gives the connection its session, by which it is found from now on. */
    public void authenticate(Connection connection, Registration registration, FrameHandler<Connection> framePath) {
        connection.authenticate(registration, framePath, dependencies.limits().frameBytes());
        bySession.put(registration.session().id(), connection);
    }

    public Optional<Connection> find(String sessionId) {
        return Optional.ofNullable(bySession.get(sessionId));
    }

    /** The sessions of the connections that are not closing. */
    public List<Session> sessions() {
        return registrations().stream().map(Registration::session).toList();
    }

    /** The same, with the time since when each is known to be in the store. */
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
    public void onClosed(Connection connection) {
        all.remove(connection);
        Optional<CloseCode> sent = Optional.ofNullable(connection.transport().sentCode());
        metrics.connectionClosed(sent);
        Optional<Session> identified = connection.identified();
        if (identified.isPresent()) { // an anonymous client must not cause a log line per attempt (CWE-779)
            bySession.remove(identified.get().id(), connection);
            listener.onClosed(connection);
            AuditEvent event = connection
                    .client()
                    .event(EventName.WS_DISCONNECT, identified)
                    .durationMs(clock.getAsLong() - connection.client().connectedAt())
                    .messageCount(connection.frameCount());
            audit.event(sent.map(event::closed).orElse(event));
        }
    }
}

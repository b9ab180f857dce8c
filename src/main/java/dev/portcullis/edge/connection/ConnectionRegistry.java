package dev.portcullis.edge.connection;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.session.Session;
import dev.portcullis.config.Live;
import dev.portcullis.edge.connection.Connection.CloseListener;
import dev.portcullis.edge.connection.ConnectionSession.Registration;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.ratelimit.ConnectionBudget;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.store.Lanes;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The connections of one event loop. Opens them, and finds them by their keys and lanes until they are closed. */
public final class ConnectionRegistry implements CloseListener {
    private final Set<Connection> all = new HashSet<>();
    private final ConnectionIndex<Connection> index = new ConnectionIndex<>();
    private final List<Set<Connection>> byLane =
            Stream.<Set<Connection>>generate(HashSet::new).limit(Lanes.COUNT).toList();
    private final Connection.Dependencies dependencies;
    private final Live<RateLimitConfig> limits;
    private final Heartbeat heartbeat;
    private final Metrics metrics;
    private final Audit audit;
    private final LongSupplier clock;
    private final Executor loop;
    private CloseListener listener = any -> {};

    /** @param loop the event loop of the connections */
    public ConnectionRegistry(
            Connection.Dependencies dependencies,
            Live<RateLimitConfig> limits,
            Heartbeat heartbeat,
            Audit audit,
            LongSupplier clock,
            Executor loop) {
        this.dependencies = dependencies;
        this.limits = limits;
        this.heartbeat = heartbeat;
        this.metrics = dependencies.metrics();
        this.audit = audit;
        this.clock = clock;
        this.loop = loop;
    }

    /** Sets the listener for closed connections that had a session. */
    public void setCloseListener(CloseListener closeListener) {
        listener = closeListener;
    }

    /** @param authDeadline by when it must have a session, in {@link System#nanoTime()} */
    public Connection open(
            ClientTransport.Opener opener,
            RemoteClient client,
            FrameHandler<Connection> frameHandler,
            long authDeadline) {
        Connection connection = connect(opener, client);
        connection.acceptFrames(frameHandler, authDeadline);
        ClearableReference<Connection> reference = connection.reference();
        client.slot().onContested(() -> loop.execute(() -> reference.ifPresent(heartbeat::ask)));
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
        connection.keys().forEach(key -> index.add(key, connection));
        metrics.connectionOpened();
        return connection;
    }

    /** Attaches a session to a connection, which is found by its keys from now on. */
    public void attach(
            Connection connection,
            Registration registration,
            Optional<CsrfTokens> csrf,
            FrameHandler<Connection> framePath) {
        connection.attach(registration, framePath, dependencies.limits().frameBytes());
        csrf.ifPresent(connection::protect);
        connection.keys().forEach(key -> index.add(key, connection));
        byLane.get(connection.lane()).add(connection);
        heartbeat.begin(connection);
        audit.event(connection.client().event(EventName.WS_CONNECT, connection.identified()));
    }

    /** The session of a connection has another token, under whose keys it is found from now on. */
    public void renew(Connection connection, Registration registration) {
        connection.keys().forEach(key -> index.remove(key, connection));
        connection.renew(registration);
        connection.keys().forEach(key -> index.add(key, connection));
        heartbeat.begin(connection);
    }

    public Optional<Connection> find(String sessionId) {
        return find(ConnectionKey.session(sessionId)).stream().findFirst();
    }

    public List<Connection> find(ConnectionKey key) {
        return index.find(key);
    }

    /** The sessions in these lanes of the connections that are not closing. */
    public List<Session> sessionsIn(Collection<Integer> lanes) {
        return lanes.stream()
                .flatMap(lane -> byLane.get(lane).stream())
                .filter(connection -> !connection.isClosing())
                .map(Connection::session)
                .toList();
    }

    /** The sessions of the connections that are not closing, with the time since when each is known to be in the store. */
    public List<Registration> registrations() {
        return byLane.stream()
                .flatMap(Set::stream)
                .filter(connection -> !connection.isClosing())
                .map(Connection::registration)
                .toList();
    }

    /** Visits all that are open now, without keeping the loop from its other work. The first of them are done when this returns. */
    public void each(Consumer<Connection> step) {
        each(step, () -> {});
    }

    /** @param end runs after the last of them */
    public void each(Consumer<Connection> step, Runnable end) {
        new LoopSlices(loop).each(List.copyOf(all), step, end);
    }

    /** The number of open connections that have a session. */
    public int sessions() {
        return byLane.stream().mapToInt(Set::size).sum();
    }

    public Collection<Connection> all() {
        return all;
    }

    @Override
    public void onClosed(Connection connection) {
        all.remove(connection);
        connection.keys().forEach(key -> index.remove(key, connection));
        Optional<CloseCode> sent = Optional.ofNullable(connection.transport().sentCode());
        metrics.connectionClosed(sent);
        Optional<Session> identified = connection.identified();
        if (identified.isPresent()) { // an anonymous client must not cause a log line per attempt (CWE-779)
            byLane.get(connection.lane()).remove(connection);
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

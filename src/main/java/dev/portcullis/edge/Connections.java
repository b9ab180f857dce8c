package dev.portcullis.edge;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.Meters;
import dev.portcullis.auth.Session;
import dev.portcullis.edge.Connection.Departure;
import dev.portcullis.edge.Connection.Registration;
import dev.portcullis.edge.socket.ChatSocket;
import dev.portcullis.edge.socket.FlushTurn;
import dev.portcullis.edge.socket.Shedding;
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
final class Connections implements Departure {
    private final Set<Connection> all = new HashSet<>();
    private final Map<String, Connection> bySession = new HashMap<>();
    private final Connection.Surroundings around;
    private final RateLimitConfig limits;
    private final Shedding shedding;
    private final FlushTurn turn;
    private final Heartbeat heartbeat;
    private final Meters meters;
    private final Audit audit;
    private final LongSupplier clock;
    private Departure listener = any -> {};

    Connections(
            Connection.Surroundings around,
            RateLimitConfig limits,
            Shedding shedding,
            FlushTurn turn,
            Heartbeat heartbeat,
            Audit audit,
            LongSupplier clock) {
        this.around = around;
        this.limits = limits;
        this.shedding = shedding;
        this.turn = turn;
        this.heartbeat = heartbeat;
        this.meters = around.meters();
        this.audit = audit;
        this.clock = clock;
    }

    /** From now on it is told of each connection that is closed and had a session. */
    void whenLeft(Departure told) {
        listener = told;
    }

    /** Call it in the first callback of the upgrade. */
    Connection open(ServerWebSocket webSocket, Peer peer, Path<Connection> path, long deadline) {
        Connection connection = upgraded(webSocket, peer);
        connection.listen(path, deadline);
        heartbeat.begin(connection);
        return connection;
    }

    /** Closes what was upgraded only to be refused. Call it in the first callback of the upgrade. */
    void refuse(ServerWebSocket webSocket, Peer peer, Answer.Ended why) {
        around.replies().end(upgraded(webSocket, peer), why);
    }

    private Connection upgraded(ServerWebSocket webSocket, Peer peer) {
        Connection connection = new Connection(peer, around, this, new ConnectionBudget(limits));
        connection.on(new ChatSocket(webSocket, turn, around.limits(), shedding, connection));
        all.add(connection);
        meters.connectionOpened();
        return connection;
    }

    /** It has a session now, by which it is found. */
    void enter(Connection connection, Registration registration, Path<Connection> framePath) {
        connection.enter(registration, framePath, around.limits().frameBytes());
        bySession.put(registration.session().id(), connection);
    }

    Optional<Connection> find(String sessionId) {
        return Optional.ofNullable(bySession.get(sessionId));
    }

    /** Of those that are not over. */
    List<Session> sessions() {
        return registrations().stream().map(Registration::session).toList();
    }

    /** The same, and since when each is known to be in the store. */
    List<Registration> registrations() {
        return bySession.values().stream()
                .filter(connection -> !connection.over())
                .map(Connection::registration)
                .toList();
    }

    Collection<Connection> all() {
        return all;
    }

    @Override
    public void left(Connection connection) {
        all.remove(connection);
        Optional<CloseCode> sent = Optional.ofNullable(connection.socket().sentCode());
        meters.connectionClosed(sent);
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

package dev.portcullis.edge;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.Meters;
import dev.portcullis.auth.Cutoff;
import dev.portcullis.auth.Session;
import dev.portcullis.edge.socket.ChatSocket;
import dev.portcullis.edge.socket.FlushTurn;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.ratelimit.ConnectionBudget;
import dev.portcullis.ratelimit.RateLimitConfig;
import io.vertx.core.http.ServerWebSocket;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** The connections of one event loop: how they begin, are found again, and end. */
final class Connections implements Connection.Departure {
    private final Set<Connection> all = new HashSet<>();
    private final Map<String, Connection> bySession = new HashMap<>();
    private final RecentCutoffs cutoffs = new RecentCutoffs();
    private final EdgeConfig config;
    private final RateLimitConfig limits;
    private final FlushTurn turn;
    private final Connection.Surroundings around;
    private final Heartbeat heartbeat;
    private final Doorkeeper doorkeeper;
    private final Meters meters;
    private final Audit audit;
    private final LongSupplier clock;

    Connections(
            EdgeParts parts,
            FlushTurn turn,
            LocalRooms rooms,
            Replies replies,
            Heartbeat heartbeat,
            Doorkeeper doorkeeper) {
        this.config = parts.edge();
        this.limits = parts.limits();
        this.turn = turn;
        this.around = new Connection.Surroundings(
                rooms, replies, parts.watch().meters(), config.socket().waitingFrames(), this);
        this.heartbeat = heartbeat;
        this.doorkeeper = doorkeeper;
        this.meters = parts.watch().meters();
        this.audit = parts.watch().audit();
        this.clock = parts.clock();
    }

    /** Call it in the first callback of the upgrade. */
    Connection open(ServerWebSocket webSocket, Peer peer, Path path, long deadline) {
        Connection connection =
                new Connection(peer, around, new ConnectionBudget(limits), path, deadline, clock.getAsLong());
        connection.on(new ChatSocket(webSocket, turn, config.socket(), connection));
        all.add(connection);
        meters.connectionOpened();
        heartbeat.begin(connection);
        return connection;
    }

    void enter(Connection connection, Reception.Welcome welcome, Path framePath) {
        Session session = welcome.session();
        connection.enter(session, framePath, config.socket().frameBytes());
        bySession.put(session.id(), connection);
        cutoffs.find(session.id()).ifPresent(cutoff -> obey(cutoff, connection));
        audit.event(about(EventName.WS_CONNECT, connection.peer(), Optional.of(session)));
        connection.say(welcome.greeting());
    }

    /** Ends the connection of this session, if it is here or still coming. */
    void cutOff(Cutoff cutoff) {
        cutoffs.note(cutoff, clock.getAsLong());
        find(cutoff.sessionId()).ifPresent(connection -> obey(cutoff, connection));
    }

    private void obey(Cutoff cutoff, Connection connection) {
        audit.event(about(EventName.WS_SESSION_REVOKED, connection.peer(), connection.identified())
                .reason(cutoff.cause().word()));
        connection.end(codeOf(cutoff));
    }

    private static CloseCode codeOf(Cutoff cutoff) {
        return switch (cutoff.cause()) {
            case EVICTED -> CloseCode.TOO_MANY_SESSIONS;
            case SILENT -> CloseCode.HEARTBEAT_TIMEOUT;
            case OTHER -> CloseCode.REVOKED;
        };
    }

    Optional<Connection> find(String sessionId) {
        return Optional.ofNullable(bySession.get(sessionId));
    }

    Collection<Connection> all() {
        return all;
    }

    @Override
    public void left(Connection connection) {
        all.remove(connection);
        meters.connectionClosed();
        connection.identified().ifPresent(session -> {
            bySession.remove(session.id(), connection);
            doorkeeper.goodbye(session);
        });
        CloseCode sent = connection.socket().sentCode();
        if (sent == CloseCode.TOO_SLOW) {
            meters.slowReaderClosed();
        }
        AuditEvent event = about(EventName.WS_DISCONNECT, connection.peer(), connection.identified())
                .durationMs(clock.getAsLong() - connection.peer().since())
                .messageCount(connection.frames());
        audit.event(sent == null ? event : event.code(sent));
    }

    static AuditEvent about(EventName name, Peer peer, Optional<Session> session) {
        AuditEvent named = AuditEvent.of(name).ip(peer.address());
        AuditEvent event = peer.origin().map(named::origin).orElse(named);
        return session.map(known -> event.user(known.sender().userId()).session(known.id()))
                .orElse(event);
    }
}

package dev.portcullis.edge;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.Meters;
import dev.portcullis.auth.Cutoff;
import dev.portcullis.auth.Session;
import dev.portcullis.edge.RecentCutoffs.Noted;
import dev.portcullis.edge.socket.ChatSocket;
import dev.portcullis.edge.socket.FlushTurn;
import dev.portcullis.edge.socket.Shedding;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.ratelimit.ConnectionBudget;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.streams.NodeLife;
import io.vertx.core.http.ServerWebSocket;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The connections of one event loop: how they begin, are found again, and end. */
final class Connections implements Connection.Departure {
    private static final String LAPSED = "lapsed";

    private final Set<Connection> all = new HashSet<>();
    private final Map<String, Connection> bySession = new HashMap<>();
    private final Rounds rounds;
    private final RecentCutoffs cutoffs;
    private final NodeLife life;
    private final RateLimitConfig limits;
    private final FlushTurn turn;
    private final Shedding shedding;
    private final Connection.Surroundings around;
    private final Heartbeat heartbeat;
    private final Doorkeeper doorkeeper;
    private final RateLimiter limiter;
    private final Meters meters;
    private final Audit audit;
    private final LongSupplier clock;
    private Consumer<Restoring.Known> follower = any -> {};

    Connections(
            Connection.Surroundings around,
            RateLimitConfig limits,
            Shedding shedding,
            FlushTurn turn,
            Heartbeat heartbeat,
            Rounds rounds,
            RecentCutoffs cutoffs,
            NodeLife life,
            Doorkeeper doorkeeper,
            RateLimiter limiter,
            Audit audit,
            LongSupplier clock) {
        this.around = around;
        this.limits = limits;
        this.shedding = shedding;
        this.turn = turn;
        this.heartbeat = heartbeat;
        this.rounds = rounds;
        this.cutoffs = cutoffs;
        this.life = life;
        this.doorkeeper = doorkeeper;
        this.limiter = limiter;
        this.meters = around.meters();
        this.audit = audit;
        this.clock = clock;
    }

    /** From now on it is told of each session that comes in. */
    void whenEntered(Consumer<Restoring.Known> told) {
        follower = told;
    }

    /** Call it in the first callback of the upgrade. */
    Connection open(ServerWebSocket webSocket, Peer peer, Path path, long deadline) {
        Connection connection = new Connection(peer, around, this, new ConnectionBudget(limits), path, deadline);
        connection.on(new ChatSocket(webSocket, turn, around.limits(), shedding, connection));
        all.add(connection);
        meters.connectionOpened();
        heartbeat.begin(connection);
        return connection;
    }

    void enter(Connection connection, Reception.Welcome welcome, Path framePath) {
        Session session = welcome.session();
        connection.enter(
                session, welcome.registeredAt(), framePath, around.limits().frameBytes());
        bySession.put(session.id(), connection);
        follower.accept(connection.known());
        rounds.begin(session, clock.getAsLong());
        audit.event(about(EventName.WS_CONNECT, connection.peer(), Optional.of(session)));
        cutoffs.find(session.id()).ifPresent(cutoff -> obey(cutoff, connection));
        if (life.isCurrent(session.holder().incarnation())) {
            connection.say(welcome.greeting());
        } else {
            connection.end(CloseCode.RESTARTING); // what it was registered under has ended since
        }
    }

    /** Ends the connection of this session, if it is here. */
    void cutOff(Noted cutoff) {
        find(cutoff.cutoff().sessionId()).ifPresent(connection -> obey(cutoff, connection));
    }

    /** The session has ended, and nobody said why: its user may come back, and hear it then. */
    void lapsed(Session session) {
        find(session.id()).ifPresent(connection -> revoke(connection, LAPSED, CloseCode.RESTARTING));
    }

    private void obey(Noted cutoff, Connection connection) {
        Cutoff what = cutoff.cutoff();
        meters.revocationTook(TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.getAsLong() - cutoff.at())));
        revoke(connection, what.cause().word(), codeOf(what));
    }

    private void revoke(Connection connection, String why, CloseCode code) {
        audit.event(about(EventName.WS_SESSION_REVOKED, connection.peer(), connection.identified())
                .reason(why));
        connection.end(code);
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

    /** Those that are not over. */
    List<Session> sessions() {
        return known().stream().map(Restoring.Known::session).toList();
    }

    /** The same, and since when each is known to be in the store. */
    List<Restoring.Known> known() {
        return bySession.values().stream()
                .filter(connection -> !connection.over())
                .map(Connection::known)
                .toList();
    }

    /** Sessions that were not compared with the store for a while. */
    List<Session> due(long now, int most) {
        return rounds.due(now, most);
    }

    Collection<Connection> all() {
        return all;
    }

    @Override
    public void left(Connection connection) {
        all.remove(connection);
        Optional<CloseCode> sent = Optional.ofNullable(connection.socket().sentCode());
        meters.connectionClosed(sent);
        connection.identified().ifPresent(session -> {
            bySession.remove(session.id(), connection);
            rounds.end(session);
            doorkeeper.goodbye(session);
            limiter.reportLast(session.sender(), connection.budget().unreported());
        });
        if (connection.identified().isPresent()) { // else a stranger writes a line with each try (CWE-779)
            AuditEvent event = about(EventName.WS_DISCONNECT, connection.peer(), connection.identified())
                    .durationMs(clock.getAsLong() - connection.peer().since())
                    .messageCount(connection.frames());
            audit.event(sent.map(event::closed).orElse(event));
        }
    }

    static AuditEvent about(EventName name, Peer peer, Optional<Session> session) {
        AuditEvent named = AuditEvent.of(name).ip(peer.address());
        AuditEvent event = peer.origin().map(named::origin).orElse(named);
        return session.map(known -> event.user(known.sender().userId()).session(known.id()))
                .orElse(event);
    }
}

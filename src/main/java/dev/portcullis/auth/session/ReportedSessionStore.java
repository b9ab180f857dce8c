package dev.portcullis.auth.session;

import dev.portcullis.auth.session.SessionOpening.Opened;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sessions of this node that are reported to an application, before they are known to their clients. */
public final class ReportedSessionStore implements SessionStore {
    private final SessionStore sessions;
    private final HookOutbox outbox;

    public ReportedSessionStore(SessionStore sessions, HookOutbox outbox) {
        this.sessions = sessions;
        this.outbox = outbox;
    }

    @Override
    public Future<SessionOpening> open(Session session, HandshakeAttempt handshakeAttempt) {
        return sessions.open(session, handshakeAttempt)
                .compose(result ->
                        result instanceof Opened ? report(session).map(result) : Future.succeededFuture(result));
    }

    private Future<Void> report(Session session) {
        return outbox.beginIfRoom(
                        session.lane(),
                        SessionEvents.of(session),
                        session.owner().incarnation())
                .onFailure(unreported -> sessions.end(session.sender().userId(), session.id()));
    }

    @Override
    public Future<Void> end(UserId user, String sessionId) {
        return sessions.end(user, sessionId)
                .compose(any -> outbox.end(Session.laneOf(user), sessionId, HookType.SESSION_CLOSED));
    }

    @Override
    public Future<SessionRenewal> renew(Session session) {
        return sessions.renew(session);
    }

    @Override
    public Future<Void> restore(List<Session> all) {
        return sessions.restore(all);
    }

    @Override
    public Future<Set<String>> endedAmong(List<Session> all, LeaseTimeout timeout) {
        return sessions.endedAmong(all, timeout);
    }

    @Override
    public Future<List<Session>> ofUser(UserId user) {
        return sessions.ofUser(user);
    }

    @Override
    public Future<Set<Session>> revokedOf(UserId user) {
        return sessions.revokedOf(user);
    }

    @Override
    public Future<Optional<Session>> find(String sessionId) {
        return sessions.find(sessionId);
    }
}

package dev.portcullis.auth;

import dev.portcullis.auth.login.ActiveSessions;
import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;

/** The calls of operators to this stage. Its futures fail only with a {@code BusFailure}. */
public final class SessionAdministration implements Revoker {
    static final Question<Revoke, Revoked> REVOKE =
            Question.about(Stage.AUTH, "revoke", Revoke.class, Revoked.class, Revoke::what);
    static final Question<ListSessions, SessionList> LIST =
            Question.about(Stage.AUTH, "sessions_of", ListSessions.class, SessionList.class, ListSessions::user);

    private final Bus bus;

    public SessionAdministration(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Future<Boolean> revoke(Revocation revocation) {
        return bus.ask(REVOKE, new Revoke(revocation)).map(Revoked::found);
    }

    /** The live sessions of a user, oldest first. */
    public Future<List<ActiveSessions.Row>> sessionsOf(UserId user) {
        return bus.ask(LIST, new ListSessions(user)).map(SessionList::sessions);
    }

    record Revoke(Revocation what) {}

    record Revoked(boolean found) {}

    record ListSessions(UserId user) {}

    record SessionList(List<ActiveSessions.Row> sessions) {}
}

package dev.portcullis.auth.login;

import dev.portcullis.auth.login.SessionActivity.LastFrame;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Lists a user's sessions for an operator. Only the edge that has a connection knows when it was last used; one that does
 * not answer leaves that out.
 */
public final class ActiveSessions {
    private final Bus bus;
    private final SessionStore store;
    private final long answerTimeoutMs;

    /** @param idleMs since the client's last frame; empty where its edge did not answer */
    public record Row(Session session, Optional<Long> idleMs) {}

    public ActiveSessions(Bus bus, SessionStore store, long answerTimeoutMs) {
        this.bus = bus;
        this.store = store;
        this.answerTimeoutMs = answerTimeoutMs;
    }

    /** The live ones, oldest first. */
    public Future<List<Row>> ofUser(UserId user) {
        return store.ofUser(user).compose(this::withActivity);
    }

    private Future<List<Row>> withActivity(List<Session> sessions) {
        List<Future<List<LastFrame>>> answers =
                sessions.stream().collect(Collectors.groupingBy(Session::owner)).entrySet().stream()
                        .map(each -> ask(each.getKey(), each.getValue()))
                        .toList();
        return Future.all(answers).map(all -> {
            Map<String, Long> idle = all.<List<LastFrame>>list().stream()
                    .flatMap(List::stream)
                    .collect(Collectors.toMap(LastFrame::sessionId, LastFrame::idleMs, Math::min));
            return sessions.stream()
                    .map(session -> new Row(session, Optional.ofNullable(idle.get(session.id()))))
                    .toList();
        });
    }

    private Future<List<LastFrame>> ask(SessionOwner owner, List<Session> sessions) {
        SessionActivity question =
                new SessionActivity(sessions.stream().map(Session::id).toList());
        return bus.askAt(SessionActivity.QUESTION, owner.node(), owner.instance(), question)
                .timeout(answerTimeoutMs, TimeUnit.MILLISECONDS)
                .map(SessionActivity.Reply::times)
                .otherwise(List.of());
    }
}

package dev.portcullis.edge;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A store of sessions that takes some of them for dead until they are said again, and remembers what was. */
public final class ScriptedSessions {
    private final SessionStore real;
    private final SessionStore store = (SessionStore) Proxy.newProxyInstance(
            SessionStore.class.getClassLoader(),
            new Class<?>[] {SessionStore.class},
            (proxy, method, arguments) -> answer(method, arguments));
    private final Set<String> dead = new HashSet<>();
    private final List<Session> restored = new ArrayList<>();
    private Runnable onFoundDead = () -> {};
    private int failedEnds;
    private boolean failEnds;

    ScriptedSessions(SessionStore real) {
        this.real = real;
    }

    SessionStore store() {
        return store;
    }

    public synchronized void markDead(String sessionId) {
        dead.add(sessionId);
    }

    public synchronized List<Session> restored() {
        return List.copyOf(restored);
    }

    /** Whether it fails from now on to end anybody. */
    public synchronized void failEnds(boolean now) {
        failEnds = now;
    }

    /** How often it was told in vain that a session is over. */
    public synchronized int failedEnds() {
        return failedEnds;
    }

    /** This is done whenever it is asked who is dead and has somebody to name, before it does. */
    public synchronized void onFoundDead(Runnable done) {
        onFoundDead = done;
    }

    @SuppressWarnings("unchecked") // both take sessions first
    private Object answer(Method method, Object[] arguments) throws ReflectiveOperationException {
        return switch (method.getName()) {
            case "deadAmong" -> deadAmong((List<Session>) arguments[0]);
            case "restore" -> restore((List<Session>) arguments[0]);
            case "end" -> end(method, arguments);
            default -> method.invoke(real, arguments);
        };
    }

    private synchronized Future<Set<String>> deadAmong(List<Session> sessions) {
        Set<String> found =
                sessions.stream().map(Session::id).filter(dead::contains).collect(Collectors.toSet());
        if (!found.isEmpty()) {
            onFoundDead.run();
        }
        return Future.succeededFuture(found);
    }

    private synchronized Object end(Method method, Object[] arguments) throws ReflectiveOperationException {
        if (failEnds) {
            failedEnds++;
            return Future.failedFuture(new StoreFailure("deaf"));
        }
        return method.invoke(real, arguments);
    }

    private synchronized Future<Void> restore(List<Session> sessions) {
        restored.addAll(sessions);
        sessions.forEach(session -> dead.remove(session.id()));
        return Future.succeededFuture();
    }
}

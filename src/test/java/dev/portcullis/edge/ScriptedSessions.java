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

/** A session store that reports chosen sessions as ended until they are restored, and records the restored ones. */
public final class ScriptedSessions {
    private final SessionStore delegate;
    private final SessionStore store = (SessionStore) Proxy.newProxyInstance(
            SessionStore.class.getClassLoader(),
            new Class<?>[] {SessionStore.class},
            (proxy, method, arguments) -> answer(method, arguments));
    private final Set<String> ended = new HashSet<>();
    private final List<Session> restored = new ArrayList<>();
    private Runnable onEndedFound = () -> {};
    private int failedEnds;
    private int ends;
    private boolean failEnds;
    private boolean loseOpens;

    ScriptedSessions(SessionStore delegate) {
        this.delegate = delegate;
    }

    SessionStore store() {
        return store;
    }

    public synchronized void markEnded(String sessionId) {
        ended.add(sessionId);
    }

    public synchronized List<Session> restored() {
        return List.copyOf(restored);
    }

    /** Makes every request to end a session fail from now on, or no longer. */
    public synchronized void failEnds(boolean fail) {
        failEnds = fail;
    }

    /** Makes every request to open a session fail from now on, or no longer, although it is done. */
    public synchronized void loseOpens(boolean lose) {
        loseOpens = lose;
    }

    /** Number of requests to end a session that failed. */
    public synchronized int failedEnds() {
        return failedEnds;
    }

    /** Number of requests to end a session that did not fail. */
    public synchronized int ends() {
        return ends;
    }

    /** Sets a callback that runs before a request for ended sessions returns a non-empty answer. */
    public synchronized void onEndedFound(Runnable callback) {
        onEndedFound = callback;
    }

    @SuppressWarnings("unchecked") // both take sessions as first argument
    private Object answer(Method method, Object[] arguments) throws ReflectiveOperationException {
        return switch (method.getName()) {
            case "endedAmong" -> endedAmong((List<Session>) arguments[0]);
            case "restore" -> restore((List<Session>) arguments[0]);
            case "end" -> end(method, arguments);
            case "open" -> open(method, arguments);
            default -> method.invoke(delegate, arguments);
        };
    }

    private synchronized Future<Set<String>> endedAmong(List<Session> sessions) {
        Set<String> found =
                sessions.stream().map(Session::id).filter(ended::contains).collect(Collectors.toSet());
        if (!found.isEmpty()) {
            onEndedFound.run();
        }
        return Future.succeededFuture(found);
    }

    private synchronized Object open(Method method, Object[] arguments) throws ReflectiveOperationException {
        Future<?> opened = (Future<?>) method.invoke(delegate, arguments);
        return loseOpens ? opened.compose(any -> Future.failedFuture(new StoreFailure("scripted failure"))) : opened;
    }

    private synchronized Object end(Method method, Object[] arguments) throws ReflectiveOperationException {
        if (failEnds) {
            failedEnds++;
            return Future.failedFuture(new StoreFailure("scripted failure"));
        }
        ends++;
        return method.invoke(delegate, arguments);
    }

    private synchronized Future<Void> restore(List<Session> sessions) {
        restored.addAll(sessions);
        sessions.forEach(session -> ended.remove(session.id()));
        return Future.succeededFuture();
    }
}

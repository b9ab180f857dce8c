package dev.portcullis.edge.session;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.socket.TimerWheel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds connections whose session has ended without a cut-off that this node has read. Asks the store twice: a store
 * that has just lost data knows none of the sessions until they are restored.
 */
final class SessionReconciler {
    /** Longer than a node needs to notice that a lane has lost data. */
    private static final long SECOND_CHECK_MS = 2_500;

    private static final long RETRY_MS = 500;

    private final Authenticator authenticator;
    private final Consumer<Session> onEnded;
    private final BooleanSupplier restoreDone;
    private final TimerWheel timers;

    /**
     * @param onEnded gets each session that has ended
     * @param restoreDone whether all sessions that the store lost are restored
     */
    SessionReconciler(
            Authenticator authenticator, Consumer<Session> onEnded, BooleanSupplier restoreDone, TimerWheel timers) {
        this.authenticator = authenticator;
        this.onEnded = onEnded;
        this.restoreDone = restoreDone;
        this.timers = timers;
    }

    /** Completes when the connections of ended sessions are closed; fails if the store does not answer. */
    Future<Void> check(List<Session> sessions) {
        return endedAmong(sessions)
                .compose(suspects -> suspects.isEmpty()
                        ? Future.succeededFuture(List.of())
                        : delay(SECOND_CHECK_MS).compose(any -> endedAmong(suspects)))
                .onSuccess(ended -> ended.forEach(onEnded))
                .mapEmpty();
    }

    private Future<List<Session>> endedAmong(List<Session> sessions) {
        return authenticator
                .endedAmong(sessions)
                .map(ids -> sessions.stream()
                        .filter(session -> ids.contains(session.id()))
                        .toList());
    }

    private Future<Void> delay(long millis) {
        Promise<Void> due = Promise.promise();
        timers.in(millis, due::complete);
        return due.future().compose(any -> restoreDone.getAsBoolean() ? Future.succeededFuture() : delay(RETRY_MS));
    }
}

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
 * Finds connections whose session has ended unheard. The store is asked twice: one that has just lost its memory knows
 * nobody, until what it lost has been said again.
 */
final class SessionReconciler {
    /** Longer than it takes to notice that a lane has lost its memory. */
    private static final long SECOND_LOOK_MS = 2_500;

    private static final long AGAIN_MS = 500;

    private final Authenticator authenticator;
    private final Consumer<Session> lapsed;
    private final BooleanSupplier storeKnows;
    private final TimerWheel timers;

    /**
     * @param lapsed is told of each session that has ended
     * @param storeKnows whether nothing has to be said again to the store any more
     */
    SessionReconciler(
            Authenticator authenticator, Consumer<Session> lapsed, BooleanSupplier storeKnows, TimerWheel timers) {
        this.authenticator = authenticator;
        this.lapsed = lapsed;
        this.storeKnows = storeKnows;
        this.timers = timers;
    }

    /** Completes when those that are not live are ended; fails if the store can't say. */
    Future<Void> check(List<Session> sessions) {
        return deadAmong(sessions)
                .compose(suspects -> suspects.isEmpty()
                        ? Future.succeededFuture(List.of())
                        : laterOn(SECOND_LOOK_MS).compose(any -> deadAmong(suspects)))
                .onSuccess(dead -> dead.forEach(lapsed))
                .mapEmpty();
    }

    private Future<List<Session>> deadAmong(List<Session> sessions) {
        return authenticator
                .endedAmong(sessions)
                .map(ids -> sessions.stream()
                        .filter(session -> ids.contains(session.id()))
                        .toList());
    }

    private Future<Void> laterOn(long millis) {
        Promise<Void> due = Promise.promise();
        timers.in(millis, due::complete);
        return due.future().compose(any -> storeKnows.getAsBoolean() ? Future.succeededFuture() : laterOn(AGAIN_MS));
    }
}

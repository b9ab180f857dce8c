package dev.portcullis.auth;

import dev.portcullis.auth.Cutoff.Cause;
import dev.portcullis.auth.KnockReply.Settled;
import dev.portcullis.auth.Opening.HandshakesLimited;
import dev.portcullis.auth.Opening.Opened;
import dev.portcullis.auth.Opening.TooManySessions;
import dev.portcullis.auth.SessionStore.Attempt;
import dev.portcullis.auth.SessionsConfig.OnExceeded;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;

/** Opens sessions for those whose token is proven, and keeps to the cap. */
final class Registrar {
    /** Of many who come at once, one takes each place that is made. */
    private static final int EVICTIONS = 50;

    private final SessionStore store;
    private final Ghosts ghosts;
    private final Cutoffs cutoffs;
    private final SessionsConfig config;
    private final LongSupplier clock;

    Registrar(SessionStore store, Ghosts ghosts, Cutoffs cutoffs, SessionsConfig config, LongSupplier clock) {
        this.store = store;
        this.ghosts = ghosts;
        this.cutoffs = cutoffs;
        this.config = config;
        this.clock = clock;
    }

    Future<KnockReply> open(TokenClaims who, Knock knock) {
        if (knock.isTooLate(clock.getAsLong())) {
            return forNobody();
        }
        Request request = new Request(Session.begin(who, knock.credentials(), clock.getAsLong()), knock, EVICTIONS);
        return ghosts.endDeadAmong(knock.suspects(), clock.getAsLong())
                .compose(ended -> register(request, knock.attempt()));
    }

    private Future<KnockReply> register(Request request, Attempt attempt) {
        Session wanted = request.wanted();
        return store.open(wanted, attempt)
                .onFailure(unknown -> end(wanted)) // nobody will hold the session: it must not take a place
                .compose(outcome -> outcome.<Future<KnockReply>>fold(
                        () -> request.knock().isTooLate(clock.getAsLong())
                                ? end(wanted).compose(ended -> forNobody())
                                : settled(new Opened(wanted)),
                        sessions -> attempt == Attempt.FIRST ? probe(request, sessions) : makeRoom(request, sessions),
                        retryAfterMs -> settled(new HandshakesLimited(retryAfterMs))));
    }

    /** Ghosts do not count: before anybody has to give way, or to wait outside, they are looked for. */
    private Future<KnockReply> probe(Request request, List<Session> sessions) {
        return ghosts.suspectsAmong(sessions, clock.getAsLong())
                .compose(probing ->
                        probing.suspects().isEmpty() ? makeRoom(request, sessions) : Future.succeededFuture(probing));
    }

    private Future<KnockReply> makeRoom(Request request, List<Session> sessions) {
        int excess = Math.max(0, sessions.size() + 1 - config.max());
        return config.onExceeded() == OnExceeded.REJECT || request.evictions() == 0 || excess == 0
                ? settled(new TooManySessions())
                : evict(request, sessions.subList(0, excess));
    }

    /** Without certainty that the evicted ones will be cut off, the new one must not begin (CWE-636). */
    private Future<KnockReply> evict(Request request, List<Session> oldest) {
        return cutoffs.announce(oldest, Cause.EVICTED)
                .compose(announced -> Future.all(oldest.stream().map(this::end).toList()))
                .compose(ended -> register(request.afterEviction(), Attempt.AGAIN));
    }

    private Future<Void> end(Session session) {
        return store.end(session.sender().userId(), session.id());
    }

    private static Future<KnockReply> settled(Opening opening) {
        return Future.succeededFuture(new Settled(opening));
    }

    private static Future<KnockReply> forNobody() {
        return Future.failedFuture(new StoreFailure("nobody waits for the session any more"));
    }

    /** @param evictions how often the oldest may still give way to it */
    private record Request(Session wanted, Knock knock, int evictions) {
        Request afterEviction() {
            return new Request(wanted, knock, evictions - 1);
        }
    }
}

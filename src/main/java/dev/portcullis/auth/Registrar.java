package dev.portcullis.auth;

import dev.portcullis.auth.Cutoff.Cause;
import dev.portcullis.auth.KnockReply.Settled;
import dev.portcullis.auth.Opening.HandshakesLimited;
import dev.portcullis.auth.Opening.Opened;
import dev.portcullis.auth.Opening.TooManySessions;
import dev.portcullis.auth.SessionStore.Attempt;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;

/** Opens sessions for those whose token is proven, and keeps to the cap. */
final class Registrar {
    private final SessionStore store;
    private final Ghosts ghosts;
    private final Cutoffs cutoffs;
    private final LongSupplier clock;

    Registrar(SessionStore store, Ghosts ghosts, Cutoffs cutoffs, LongSupplier clock) {
        this.store = store;
        this.ghosts = ghosts;
        this.cutoffs = cutoffs;
        this.clock = clock;
    }

    Future<KnockReply> open(TokenClaims who, Knock knock) {
        long now = clock.getAsLong();
        Session wanted = Session.begin(who, knock.credentials(), now);
        return ghosts.endDeadAmong(knock.suspects())
                .compose(ended -> register(wanted, knock.attempt()))
                .compose(outcome -> outcome.accept(new Registered.Cases<>() {
                    @Override
                    public Future<KnockReply> live(Registered.Live live) {
                        return opened(wanted, live.evicted());
                    }

                    @Override
                    public Future<KnockReply> full(Registered.Full full) {
                        return knock.attempt() == Attempt.FIRST
                                ? probe(full.sessions(), now)
                                : settled(new TooManySessions());
                    }

                    @Override
                    public Future<KnockReply> handshakesLimited(Registered.HandshakesLimited limited) {
                        return settled(new HandshakesLimited(limited.retryAfterMs()));
                    }
                }));
    }

    /** Where it isn't known what came of it, nobody will hold the session: it must not take a place. */
    private Future<Registered> register(Session session, Attempt attempt) {
        return store.open(session, attempt)
                .onFailure(unknown -> store.end(session.sender().userId(), session.id()));
    }

    /** Without certainty that the evicted ones will be cut off, the new one must not begin (CWE-636). */
    private Future<KnockReply> opened(Session session, List<Session> evicted) {
        return cutoffs.announce(evicted, Cause.EVICTED)
                .compose(
                        announced -> settled(new Opened(session)),
                        failure -> store.end(session.sender().userId(), session.id())
                                .transform(ended -> Future.failedFuture(failure)));
    }

    private Future<KnockReply> probe(List<Session> sessions, long now) {
        return ghosts.suspectsAmong(sessions, now)
                .compose(probing -> probing.suspects().isEmpty()
                        ? settled(new TooManySessions())
                        : Future.succeededFuture(probing));
    }

    private static Future<KnockReply> settled(Opening opening) {
        return Future.succeededFuture(new Settled(opening));
    }
}

package dev.portcullis.auth.login;

import dev.portcullis.auth.revocation.SessionCutoffs;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOpening;
import dev.portcullis.auth.session.SessionOpening.AtCap;
import dev.portcullis.auth.session.SessionOpening.Opened;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionStore.HandshakeAttempt;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded.Cause;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Opens sessions for verified tokens, and enforces the cap. */
public final class SessionRegistrar {
    /** How often one request may evict: of many concurrent requests, only one takes each slot that is freed. */
    private static final int MAX_EVICTIONS = 50;

    private final SessionStore store;
    private final GhostSessions ghosts;
    private final SessionCutoffs cutoffs;
    private final SessionsConfig config;
    private final HandshakeLimit handshakes;
    private final UnclaimedSessions unclaimed;
    private final LongSupplier clock;
    private final Map<UserId, Future<SessionOpening>> evictions = new HashMap<>(); // the last in line of each user

    public SessionRegistrar(
            SessionStore store,
            GhostSessions ghosts,
            SessionCutoffs cutoffs,
            SessionsConfig config,
            HandshakeLimit handshakes,
            UnclaimedSessions unclaimed,
            LongSupplier clock) {
        this.store = store;
        this.ghosts = ghosts;
        this.cutoffs = cutoffs;
        this.config = config;
        this.handshakes = handshakes;
        this.unclaimed = unclaimed;
        this.clock = clock;
    }

    public Future<SessionOpening> open(TokenClaims claims, OpenSessionRequest openRequest) {
        if (openRequest.hasExpired(clock.getAsLong()) || unclaimed.isFull()) {
            return abandoned();
        }
        Request request = new Request(
                Session.open(claims, openRequest.credentials(), clock.getAsLong())
                        .endingWithin(config.absoluteMs()),
                openRequest,
                MAX_EVICTIONS);
        return ghosts.endDeadAmong(openRequest.suspects(), clock.getAsLong())
                .compose(ended -> register(request, openRequest.attempt()));
    }

    private Future<SessionOpening> register(Request request, HandshakeAttempt handshakeAttempt) {
        return register(
                request,
                handshakeAttempt,
                capped -> handshakeAttempt == HandshakeAttempt.FIRST
                        ? probe(request, capped)
                        : evictOrRefuse(request, capped));
    }

    private Future<SessionOpening> register(
            Request request, HandshakeAttempt handshakeAttempt, Function<AtCap, Future<SessionOpening>> atCap) {
        Session session = request.session();
        return store.open(session, handshakes.isOn().getAsBoolean() ? handshakeAttempt : HandshakeAttempt.RETRY)
                .onFailure(why -> endIfRegistered(session, why))
                .compose(outcome -> outcome.fold(new SessionOpening.Cases<Future<SessionOpening>>(
                        opened ->
                                request.request().hasExpired(clock.getAsLong()) ? unclaimed(session) : answered(opened),
                        denied -> Future.succeededFuture(outcome),
                        atCap,
                        limited -> handshakes.passes().test(limited.user())
                                ? register(request, HandshakeAttempt.RETRY, atCap)
                                : Future.succeededFuture(limited),
                        Future::succeededFuture)));
    }

    /** Ghosts do not count: looks for them before a session is evicted or refused. */
    private Future<SessionOpening> probe(Request request, AtCap capped) {
        return ghosts.mayEndAmong(capped.sessions(), clock.getAsLong())
                .compose(probing -> probing.suspects().isEmpty()
                        ? evictOrRefuse(request, capped)
                        : Future.succeededFuture(probing));
    }

    private Future<SessionOpening> evictOrRefuse(Request request, AtCap capped) {
        return config.onExceeded() == OnExceeded.REJECT
                ? refuse(capped)
                : inTurn(capped.user(), () -> registerOrEvict(request));
    }

    /**
     * The client must not come again after this, so it is told only while all sessions are known to be alive. Another one may end
     * in the store at any moment, and leaves its slot to a client that comes again.
     */
    private Future<SessionOpening> refuse(AtCap capped) {
        return ghosts.unknownAmong(capped.sessions())
                .compose(unknown -> unknown.isEmpty()
                        ? Future.succeededFuture(capped)
                        : Future.failedFuture(
                                new AnswerUnavailable("a session of the user may have ended, or is beginning")));
    }

    /**
     * Runs one step at a time for each user: otherwise many of them could each end a session, and another one take the free
     * slot.
     */
    private Future<SessionOpening> inTurn(UserId user, Supplier<Future<SessionOpening>> step) {
        Future<SessionOpening> former = evictions.get(user);
        Future<SessionOpening> own = former == null ? step.get() : former.transform(any -> step.get());
        evictions.put(user, own);
        own.onComplete(any -> evictions.remove(user, own));
        return own;
    }

    private Future<SessionOpening> registerOrEvict(Request request) {
        return register(request, HandshakeAttempt.RETRY, capped -> {
            int excess = Math.max(0, capped.sessions().size() + 1 - config.max());
            return request.evictions() == 0 || excess == 0
                    ? Future.succeededFuture(capped)
                    : evict(request, capped.sessions().subList(0, excess));
        });
    }

    /**
     * Unless the cut-offs of the evicted sessions are stored, the new one must not begin (CWE-636). Nothing is evicted for
     * a client that waits no more: its user would be left without a session.
     */
    private Future<SessionOpening> evict(Request request, List<Session> oldest) {
        if (request.request().hasExpired(clock.getAsLong())) {
            return abandoned();
        }
        return cutoffs.publish(oldest, Cause.EVICTED)
                .compose(published -> Future.all(oldest.stream().map(this::end).toList()))
                .compose(ended -> registerOrEvict(request.afterEviction()));
    }

    private Future<Void> end(Session session) {
        return store.end(session.sender().userId(), session.id());
    }

    /** Whether the store has registered it shows only later, and no connection will have it. */
    private void endIfRegistered(Session session, Throwable why) {
        if (!(why instanceof StoreFailure failure && failure.isNotApplied())) {
            unclaimed.end(session);
        }
    }

    private Future<SessionOpening> answered(Opened opened) {
        unclaimed.answered(opened.session());
        return Future.succeededFuture(opened);
    }

    /** Its edge waits no more, so no connection will have it: it must not count towards the cap, nor be reported as open. */
    private Future<SessionOpening> unclaimed(Session session) {
        unclaimed.end(session);
        return abandoned();
    }

    private static Future<SessionOpening> abandoned() {
        return Future.failedFuture(
                new StoreFailure("no client awaits the session, or too many ends wait for the store"));
    }

    /** @param evictions how often it may still evict the oldest */
    private record Request(Session session, OpenSessionRequest request, int evictions) {
        Request afterEviction() {
            return new Request(session, request, evictions - 1);
        }
    }
}

package dev.portcullis.auth.login;

import dev.portcullis.auth.login.OpenSessionReply.Final;
import dev.portcullis.auth.login.OpenSessionResult.HandshakesLimited;
import dev.portcullis.auth.login.OpenSessionResult.Opened;
import dev.portcullis.auth.login.OpenSessionResult.TooManySessions;
import dev.portcullis.auth.revocation.Cutoff.Cause;
import dev.portcullis.auth.revocation.CutoffPublisher;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionStore.HandshakeAttempt;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;

/** Opens sessions for those whose token is proven, and keeps to the cap. */
public final class SessionRegistrar {
    /** Of many who come at once, one takes each place that is made. */
    private static final int EVICTIONS = 50;

    private final SessionStore store;
    private final GhostSessions ghosts;
    private final CutoffPublisher publisher;
    private final SessionsConfig config;
    private final LongSupplier clock;

    public SessionRegistrar(
            SessionStore store,
            GhostSessions ghosts,
            CutoffPublisher publisher,
            SessionsConfig config,
            LongSupplier clock) {
        this.store = store;
        this.ghosts = ghosts;
        this.publisher = publisher;
        this.config = config;
        this.clock = clock;
    }

    public Future<OpenSessionReply> open(TokenClaims who, OpenSessionRequest knock) {
        if (knock.hasExpired(clock.getAsLong())) {
            return abandoned();
        }
        Request request = new Request(Session.open(who, knock.credentials(), clock.getAsLong()), knock, EVICTIONS);
        return ghosts.endDeadAmong(knock.suspects(), clock.getAsLong())
                .compose(ended -> register(request, knock.attempt()));
    }

    private Future<OpenSessionReply> register(Request request, HandshakeAttempt handshakeAttempt) {
        Session wanted = request.wanted();
        return store.open(wanted, handshakeAttempt)
                .onFailure(unknown -> end(wanted)) // nobody will hold the session: it must not take a place
                .compose(outcome -> outcome.<Future<OpenSessionReply>>fold(
                        () -> request.request().hasExpired(clock.getAsLong())
                                ? end(wanted).compose(ended -> abandoned())
                                : settled(new Opened(wanted)),
                        sessions -> handshakeAttempt == HandshakeAttempt.FIRST
                                ? probe(request, sessions)
                                : makeRoom(request, sessions),
                        retryAfterMs -> settled(new HandshakesLimited(retryAfterMs))));
    }

    /** Ghosts do not count: before anybody has to give way, or to wait outside, they are looked for. */
    private Future<OpenSessionReply> probe(Request request, List<Session> sessions) {
        return ghosts.suspectsAmong(sessions, clock.getAsLong())
                .compose(retryAfterProbe -> retryAfterProbe.suspects().isEmpty()
                        ? makeRoom(request, sessions)
                        : Future.succeededFuture(retryAfterProbe));
    }

    private Future<OpenSessionReply> makeRoom(Request request, List<Session> sessions) {
        int excess = Math.max(0, sessions.size() + 1 - config.max());
        return config.onExceeded() == OnExceeded.REJECT || request.evictions() == 0 || excess == 0
                ? settled(new TooManySessions())
                : evict(request, sessions.subList(0, excess));
    }

    /** Without certainty that the evicted ones will be cut off, the new one must not begin (CWE-636). */
    private Future<OpenSessionReply> evict(Request request, List<Session> oldest) {
        return publisher
                .publish(oldest, Cause.EVICTED)
                .compose(announced -> Future.all(oldest.stream().map(this::end).toList()))
                .compose(ended -> register(request.afterEviction(), HandshakeAttempt.RETRY));
    }

    private Future<Void> end(Session session) {
        return store.end(session.sender().userId(), session.id());
    }

    private static Future<OpenSessionReply> settled(OpenSessionResult result) {
        return Future.succeededFuture(new Final(result));
    }

    private static Future<OpenSessionReply> abandoned() {
        return Future.failedFuture(new StoreFailure("nobody waits for the session any more"));
    }

    /** @param evictions how often the oldest may still give way to it */
    private record Request(Session wanted, OpenSessionRequest request, int evictions) {
        Request afterEviction() {
            return new Request(wanted, request, evictions - 1);
        }
    }
}

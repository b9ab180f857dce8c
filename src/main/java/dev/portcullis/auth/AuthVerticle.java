package dev.portcullis.auth;

import dev.portcullis.auth.Authenticator.DeadSessions;
import dev.portcullis.auth.Authenticator.Ended;
import dev.portcullis.auth.Authenticator.Republished;
import dev.portcullis.auth.Authenticator.Restored;
import dev.portcullis.auth.account.AccountResponder;
import dev.portcullis.auth.login.GhostSessions;
import dev.portcullis.auth.login.OpenSessionReply;
import dev.portcullis.auth.login.OpenSessionReply.Final;
import dev.portcullis.auth.login.OpenSessionRequest;
import dev.portcullis.auth.login.OpenSessionResult.Denied;
import dev.portcullis.auth.login.SessionRegistrar;
import dev.portcullis.auth.revocation.SessionCutoffs;
import dev.portcullis.auth.session.LeaseTimeout;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.auth.token.TokenTrust;
import dev.portcullis.auth.token.TokenVerifier;
import dev.portcullis.bus.Bus;
import dev.portcullis.config.Live;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.LongSupplier;

/** One instance of the stage. */
public final class AuthVerticle extends VerticleBase {
    private final int instance;
    private final Bus bus;
    private final SessionStore store;
    private final CutoffPublisher publisher;
    private final Live<TokenTrust> trust;
    private final AccountResponder accounts;
    private final LongSupplier clock;
    private final SessionRegistrar registrar;

    public AuthVerticle(
            int instance,
            Bus bus,
            SessionStore store,
            CutoffPublisher publisher,
            Live<TokenTrust> trust,
            SessionsConfig sessions,
            AccountResponder accounts,
            LongSupplier clock) {
        this(instance, bus, store, publisher, trust, sessions, accounts, clock, GhostSessions.ANSWER_TIMEOUT_MS);
    }

    /** Takes another timeout for the answers of edges, for tests. */
    AuthVerticle(
            int instance,
            Bus bus,
            SessionStore store,
            CutoffPublisher publisher,
            Live<TokenTrust> trust,
            SessionsConfig sessions,
            AccountResponder accounts,
            LongSupplier clock,
            long answerTimeoutMs) {
        this.instance = instance;
        this.bus = bus;
        this.store = store;
        this.publisher = publisher;
        this.trust = trust;
        this.accounts = accounts;
        this.clock = clock;
        SessionCutoffs cutoffs = new SessionCutoffs(publisher, bus);
        GhostSessions ghosts = new GhostSessions(bus, store, cutoffs, sessions, answerTimeoutMs);
        this.registrar = new SessionRegistrar(store, ghosts, cutoffs, sessions, clock);
    }

    @Override
    public Future<?> start() {
        TokenVerifier verifier = new TokenVerifier(trust, instance, clock);
        return Future.all(
                        bus.answer(Authenticator.OPEN, instance, request -> open(verifier, request)),
                        bus.answer(
                                Authenticator.END,
                                instance,
                                end -> store.end(end.user(), end.sessionId()).map(new Ended())),
                        bus.answer(Authenticator.VERIFY, instance, verify -> verifier.verify(verify.token())),
                        bus.answer(
                                Authenticator.RESTORE,
                                instance,
                                restore -> store.restore(restore.sessions()).map(new Restored())),
                        bus.answer(
                                Authenticator.CHECK_LIVE,
                                instance,
                                check -> store.endedAmong(check.sessions(), LeaseTimeout.NORMAL)
                                        .map(DeadSessions::new)),
                        bus.answer(
                                Authenticator.REPUBLISH,
                                instance,
                                republish -> publisher
                                        .republish(republish.lane(), republish.all())
                                        .map(new Republished())))
                .compose(any -> accounts.open(bus, instance));
    }

    private Future<OpenSessionReply> open(TokenVerifier verifier, OpenSessionRequest request) {
        return verifier.verify(request.credentials().token())
                .compose(verification -> verification.fold(
                        claims -> registrar.open(claims, request),
                        invalid -> Future.succeededFuture(new Final(new Denied(invalid.why(), invalid.defect())))));
    }
}

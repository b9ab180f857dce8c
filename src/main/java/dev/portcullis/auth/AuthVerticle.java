package dev.portcullis.auth;

import dev.portcullis.auth.Authenticator.DeadSessions;
import dev.portcullis.auth.Authenticator.DemoToken;
import dev.portcullis.auth.Authenticator.Ended;
import dev.portcullis.auth.Authenticator.Republished;
import dev.portcullis.auth.Authenticator.Restored;
import dev.portcullis.auth.Authenticator.RevocationStatus;
import dev.portcullis.auth.SessionAdministration.Revoked;
import dev.portcullis.auth.SessionAdministration.SessionList;
import dev.portcullis.auth.account.AccountResponder;
import dev.portcullis.auth.certificate.CertificateRule;
import dev.portcullis.auth.login.ActiveSessions;
import dev.portcullis.auth.login.CookieCsrf;
import dev.portcullis.auth.login.GhostSessions;
import dev.portcullis.auth.login.HandshakeLimit;
import dev.portcullis.auth.login.OpenSessionRequest;
import dev.portcullis.auth.login.RenewSessionRequest;
import dev.portcullis.auth.login.SessionRegistrar;
import dev.portcullis.auth.login.SessionRenewer;
import dev.portcullis.auth.login.UnclaimedSessions;
import dev.portcullis.auth.revocation.Revocations;
import dev.portcullis.auth.revocation.SessionCutoffs;
import dev.portcullis.auth.session.LeaseTimeout;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.SessionEnder;
import dev.portcullis.auth.session.SessionOpening;
import dev.portcullis.auth.session.SessionRenewal;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.auth.session.TokenIdentity;
import dev.portcullis.auth.token.DemoTokens;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.auth.token.TokenTrust;
import dev.portcullis.auth.token.TokenVerification;
import dev.portcullis.auth.token.TokenVerifier;
import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.bus.Bus;
import dev.portcullis.config.Live;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.resilience.TimersInStep;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** One instance of the stage. */
public final class AuthVerticle extends VerticleBase {
    private final int instance;
    private final Bus bus;
    private final Stores stores;
    private final Rules rules;
    private final AccountResponder accounts;
    private final LongSupplier clock;
    private final UnclaimedSessions unclaimed;
    private final SessionRegistrar registrar;
    private final SessionRenewer renewer;
    private final Revocations revocations;
    private final ActiveSessions activeSessions;
    private final CookieCsrf cookieCsrf;

    public record Stores(SessionStore sessions, RevocationStore revocations, CutoffPublisher cutoffs) {}

    public record Rules(
            Live<TokenTrust> trust,
            Live<CertificateRule> certificates,
            SessionsConfig sessions,
            HandshakeLimit handshakes,
            CsrfConfig csrf,
            Optional<DemoTokens> demo) {}

    public AuthVerticle(
            int instance, Bus bus, Stores stores, Rules rules, AccountResponder accounts, LongSupplier clock) {
        this(instance, bus, stores, rules, accounts, clock, EdgeTimeouts.NORMAL);
    }

    /**
     * How long edges have.
     *
     * @param answerMs the time to answer a probe
     * @param claimMs the time to connect a session that was opened for them
     */
    record EdgeTimeouts(long answerMs, long claimMs) {
        static final EdgeTimeouts NORMAL =
                new EdgeTimeouts(GhostSessions.ANSWER_TIMEOUT_MS, UnclaimedSessions.CLAIM_MS);
    }

    /** Takes other timeouts, for tests. */
    AuthVerticle(
            int instance,
            Bus bus,
            Stores stores,
            Rules rules,
            AccountResponder accounts,
            LongSupplier clock,
            EdgeTimeouts timeouts) {
        this.instance = instance;
        this.bus = bus;
        this.stores = stores;
        this.rules = rules;
        this.accounts = accounts;
        this.clock = clock;
        SessionStore sessions = stores.sessions();
        SessionCutoffs cutoffs = new SessionCutoffs(stores.cutoffs(), bus);
        GhostSessions ghosts = new GhostSessions(bus, sessions, cutoffs, rules.sessions(), timeouts.answerMs());
        SessionEnder ender = new SessionEnder(
                session -> sessions.end(session.sender().userId(), session.id()),
                task -> context.runOnContext(any -> task.run()),
                rules.sessions().trackedUsers());
        this.unclaimed = new UnclaimedSessions(ghosts, sessions, ender, timeouts.claimMs(), System::nanoTime);
        this.registrar =
                new SessionRegistrar(sessions, ghosts, cutoffs, rules.sessions(), rules.handshakes(), unclaimed, clock);
        this.renewer = new SessionRenewer(sessions, rules.sessions(), clock);
        this.revocations = new Revocations(sessions, stores.revocations(), cutoffs);
        this.activeSessions = new ActiveSessions(bus, sessions, timeouts.answerMs());
        this.cookieCsrf = new CookieCsrf(rules.csrf());
    }

    @Override
    public Future<?> start() {
        TimersInStep.every(vertx, SessionEnder.RETRY_MS, any -> unclaimed.check());
        CredentialVerifier verifier =
                new CredentialVerifier(new TokenVerifier(rules.trust(), clock), rules.certificates(), clock);
        return Future.all(List.of(
                bus.answer(Authenticator.OPEN, instance, request -> open(verifier, request)),
                bus.answer(Authenticator.RENEW, instance, request -> renew(verifier, request)),
                bus.answer(
                        Authenticator.END,
                        instance,
                        end -> stores.sessions()
                                .end(end.user(), end.sessionId())
                                .map(new Ended())),
                bus.answer(
                        Authenticator.VERIFY,
                        instance,
                        verify -> verifier.verify(verify.token(), verify.certificate(), verify.source())
                                .compose(this::checkRevoked)),
                answerDemo(),
                answerStoreChecks(),
                answerOperators(),
                accounts.open(bus, instance)));
    }

    private Future<?> answerDemo() {
        return rules.demo()
                .<Future<?>>map(tokens -> bus.answer(
                        Authenticator.DEMO_LOGIN,
                        instance,
                        asked -> tokens.tokenOf(asked.user())
                                .map(token -> Future.succeededFuture(new DemoToken(token)))
                                .orElseGet(() -> Future.failedFuture(
                                        new AnswerUnavailable("no issuer has a secret to sign with")))))
                .orElseGet(Future::succeededFuture);
    }

    /** Answers what edges ask about sessions and tokens that they have admitted. */
    private Future<?> answerStoreChecks() {
        return Future.all(
                bus.answer(
                        Authenticator.CHECK_REVOKED,
                        instance,
                        token -> stores.revocations().isRevoked(token).map(RevocationStatus::new)),
                bus.answer(
                        Authenticator.RESTORE,
                        instance,
                        restore -> stores.sessions().restore(restore.sessions()).map(new Restored())),
                bus.answer(
                        Authenticator.CHECK_LIVE,
                        instance,
                        check -> stores.sessions()
                                .endedAmong(check.sessions(), LeaseTimeout.NORMAL)
                                .map(DeadSessions::new)),
                bus.answer(
                        Authenticator.REPUBLISH,
                        instance,
                        republish -> revocations
                                .remember(republish.lane(), republish.all())
                                .compose(stored -> stores.cutoffs().republish(republish.lane(), republish.all()))
                                .map(new Republished())));
    }

    private Future<?> answerOperators() {
        return Future.all(
                bus.answer(
                        SessionAdministration.REVOKE,
                        instance,
                        revoke -> revocations
                                .revoke(revoke.what())
                                .compose(
                                        found -> accounts.revoked(revoke.what()).map(new Revoked(found)))),
                bus.answer(
                        SessionAdministration.LIST,
                        instance,
                        list -> activeSessions.ofUser(list.user()).map(SessionList::new)));
    }

    private Future<TokenVerification> checkRevoked(TokenVerification verification) {
        return verification.fold(
                claims -> stores.revocations()
                        .isRevoked(TokenIdentity.of(claims))
                        .map(revoked -> revoked ? TokenVerification.invalid(TokenDefect.REVOKED) : verification),
                invalid -> Future.succeededFuture(verification));
    }

    private Future<SessionOpening> open(CredentialVerifier verifier, OpenSessionRequest request) {
        return verifier.verify(request.credentials())
                .compose(verification -> verification.fold(
                        claims -> cookieCsrf
                                .defectOf(claims, request.credentials())
                                .map(AuthVerticle::denied)
                                .orElseGet(() -> registrar.open(claims, request)),
                        AuthVerticle::denied));
    }

    private Future<SessionRenewal> renew(CredentialVerifier verifier, RenewSessionRequest request) {
        return verifier.verify(request.token(), request.certificate())
                .compose(verification -> verification.fold(
                        claims -> renewer.renew(claims, request),
                        defect -> Future.succeededFuture(new SessionRenewal.Denied(defect))));
    }

    private static Future<SessionOpening> denied(TokenDefect defect) {
        return Future.succeededFuture(new SessionOpening.Denied(defect));
    }
}

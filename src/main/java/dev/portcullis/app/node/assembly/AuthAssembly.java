package dev.portcullis.app.node.assembly;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.store.StageStores;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.auth.AuthVerticle;
import dev.portcullis.auth.account.AccountKeys;
import dev.portcullis.auth.account.AccountMailer;
import dev.portcullis.auth.account.AccountResponder;
import dev.portcullis.auth.account.AccountService;
import dev.portcullis.auth.account.AccountsConfig;
import dev.portcullis.auth.account.FactorService;
import dev.portcullis.auth.account.LoginRefresher;
import dev.portcullis.auth.account.MailedLinkService;
import dev.portcullis.auth.account.RegistrationGate;
import dev.portcullis.auth.account.UserAccountResponder;
import dev.portcullis.auth.invitation.AccountInvitations;
import dev.portcullis.auth.login.HandshakeLimit;
import dev.portcullis.auth.mail.MailConfig;
import dev.portcullis.auth.mail.MailHook;
import dev.portcullis.auth.mail.MailQueue;
import dev.portcullis.auth.mail.MailResult;
import dev.portcullis.auth.mail.MailTransport;
import dev.portcullis.auth.mail.SmtpTransport;
import dev.portcullis.auth.password.PasswordHasher;
import dev.portcullis.auth.revocation.Revocations;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.auth.revocation.SessionCutoffs;
import dev.portcullis.auth.token.DemoTokens;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Live;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import io.vertx.core.VerticleBase;
import java.util.Optional;

/** The stage {@code auth}: tokens, sessions, and the accounts where they are enabled. */
public final class AuthAssembly implements StageAssembly {
    private final NodeServices services;
    private final NodeConfig config;
    private final StageStores.OfAuth stores;
    private final CutoffPublisher publisher;
    private final AccountInvitations invitations;
    private final EnumCounters<MailResult> mailed;
    private final AccountResponder accounts;

    public AuthAssembly(NodeServices services, StageStores.OfAuth stores, NodeConfig config, StopSteps stops) {
        this.services = services;
        this.config = config;
        this.stores = stores;
        this.publisher = new CutoffPublisher(stores.cutoffs(), config.streams().cutoffs(), services.clock());
        this.invitations = new AccountInvitations(stores.invitations(), services.clock());
        this.mailed = services.metrics().counters(Metric.MAILS, MailResult.class, MailResult::id);
        this.accounts = new AccountResponder(
                config.accountKeys().map(keys -> accounts(keys, passwords(stops), stops)),
                Optional.of(new UserAccountResponder(stores.accounts(), invitations)));
    }

    /** The keys are only on nodes that run the stage, and so is the pool in which passwords are checked. */
    private WorkerPool passwords(StopSteps stops) {
        WorkerPool passwords = PasswordHasher.workers(
                services.vertx(),
                config.accounts().passwords(),
                () -> services.metrics().count(Metric.WORKERS_REFUSED));
        stops.pushClose(passwords::close);
        return passwords;
    }

    private AccountMailer mailer(AccountKeys keys, MailConfig mail, StopSteps stops) {
        MailQueue queue = new MailQueue(
                services.vertx(),
                transport(mail),
                mail.queue(),
                (letter, result) -> {
                    mailed.add(result);
                    if (result != MailResult.SENT) {
                        services.audit()
                                .event(AuditEvent.of(EventName.AUTH_MAIL_FAILED)
                                        .user(letter.user())
                                        .resource(letter.token().purpose().id())
                                        .detail(result.id()));
                    }
                },
                services.clock());
        stops.pushClose(queue::close);
        return new AccountMailer(keys, queue, stores.accounts(), stores.resetLinks());
    }

    private MailTransport transport(MailConfig mail) {
        return mail.hook()
                .<MailTransport>map(
                        config -> new MailHook(services.vertx(), mail, config, services.outgoing(), services.clock()))
                .orElseGet(() ->
                        new SmtpTransport(services.vertx(), mail, mail.smtp().orElseThrow()));
    }

    private AccountResponder.Services accounts(AccountKeys keys, WorkerPool passwords, StopSteps stops) {
        AccountsConfig accounts = config.accounts();
        Revoker revoker =
                new Revocations(stores.sessions(), stores.revocations(), new SessionCutoffs(publisher, services.bus()));
        Optional<AccountMailer> mailer = accounts.mail().map(mail -> mailer(keys, mail, stops));
        PasswordHasher hasher = keys.passwords(passwords, accounts.passwords(), services.clock());
        AccountService service = new AccountService(
                accounts,
                keys,
                stores.accounts(),
                new RegistrationGate(accounts.registration(), invitations),
                hasher,
                revoker,
                mailer,
                services.clock());
        return new AccountResponder.Services(
                service,
                new LoginRefresher(
                        accounts,
                        keys,
                        stores.accounts(),
                        revoker,
                        stores.revocations()::isRevoked,
                        services.audit(),
                        services.clock()),
                new FactorService(
                        service,
                        stores.accounts(),
                        keys.secondFactors(),
                        accounts.issuer(),
                        accounts.mails(),
                        services.clock()),
                mailer.map(each -> new MailedLinkService(
                        accounts, each, stores.accounts(), stores.resetLinks(), hasher, revoker, services.clock())));
    }

    /** The limit of a user's handshakes, which the stage counts, under the switches of all limits. */
    private HandshakeLimit handshakeLimit() {
        Live<RateLimitConfig> limits = services.live().ratelimit();
        ObservedLimits observed = new ObservedLimits(services.metrics(), services.audit());
        return new HandshakeLimit(() -> limits.get().enabled(), user -> {
            boolean passes = limits.get().handshakesObserved();
            if (passes) {
                observed.exceeded(RateLimitConfig.HANDSHAKES_OF_USER, user);
            }
            return passes;
        });
    }

    @Override
    public Stage stage() {
        return Stage.AUTH;
    }

    @Override
    public VerticleBase newVerticle(int number) {
        return new AuthVerticle(
                number,
                services.bus(),
                new AuthVerticle.Stores(stores.sessions(), stores.revocations(), publisher),
                new AuthVerticle.Rules(
                        services.live().trust(),
                        services.live().made(each -> each.auth().certificateRule()),
                        config.sessions(),
                        handshakeLimit(),
                        config.csrf(),
                        Optional.of(new DemoTokens(services.live().trust(), services.clock()))
                                .filter(any -> config.auth().demoLogin())),
                accounts,
                services.clock());
    }
}

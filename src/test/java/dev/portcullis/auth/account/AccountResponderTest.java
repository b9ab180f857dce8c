package dev.portcullis.auth.account;

import static dev.portcullis.auth.account.AccountRequests.login;
import static dev.portcullis.auth.account.AccountRequests.refreshOf;
import static dev.portcullis.auth.account.AccountRequests.registration;
import static dev.portcullis.auth.account.AccountServiceContract.PASSWORD;
import static dev.portcullis.auth.account.AccountServiceContract.SECRET;
import static dev.portcullis.auth.account.AccountServiceContract.granted;
import static dev.portcullis.auth.account.AccountServiceContract.refusal;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.auth.account.Accounts.ChangePassword;
import dev.portcullis.auth.account.Accounts.Register;
import dev.portcullis.auth.account.AccountsConfig.Registration;
import dev.portcullis.auth.invitation.AccountInvitationStore;
import dev.portcullis.auth.invitation.AccountInvitations;
import dev.portcullis.auth.password.PasswordConfig;
import dev.portcullis.auth.password.PasswordHasher;
import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.auth.refresh.RefreshChoice;
import dev.portcullis.auth.token.CsrfClaim;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenVerifier;
import dev.portcullis.auth.token.Tokens;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.Live;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Accounts over a bus, as the edge asks for them. */
@ExtendWith(VertxExtension.class)
class AccountResponderTest {
    private static final UserId ANN = new UserId("ann");

    @TempDir
    Path folder;

    private final CountDownLatch release = new CountDownLatch(1);
    private final AccountsConfig config = AccountServiceContract.config(4);
    private final AccountKeys keys = AccountKeys.of(SECRET);
    private Vertx vertx;
    private EmbeddedStore engine;
    private WorkerPool pool;

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        pool = PasswordHasher.workers(vertx, new PasswordConfig(4, new WorkerPool.Config(1, 2, 60_000), 0), () -> {});
    }

    @AfterEach
    void close() {
        release.countDown();
        pool.close();
        engine.close();
    }

    @Test
    void life_of_an_account_over_the_bus() throws Exception {
        Accounts accounts = deploy(true);

        Grant first = granted(done(accounts.register(new Register(
                "Ann",
                "ann@example.com",
                PASSWORD,
                true,
                Optional.empty(),
                Optional.empty(),
                PasswordTurn.ofUser(new UserId("ann"))))));
        Grant second = granted(done(accounts.refresh(refreshOf(first.refreshToken()))));
        UserId user = first.profile().id();
        String sid = AccountServiceContract.claimsOf(second).text("sid").orElseThrow();
        Grant third = granted(done(accounts.changePassword(
                new ChangePassword(user, Optional.of(sid), PASSWORD, "Another-Horse-9", Optional.empty()))));

        assertThat(done(accounts.find(user))).contains(first.profile());
        assertThat(done(accounts.choose(List.of("garbage", third.refreshToken()))))
                .isEqualTo(new RefreshChoice.Tokens(List.of(third.refreshToken())));
        assertThat(third.refreshInBody()).isTrue();
        done(accounts.logOut(user, sid));
        assertThat(refusal(done(accounts.refresh(refreshOf(third.refreshToken())))))
                .isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(granted(done(accounts.logIn(login("ann@example.com", "Another-Horse-9"))))
                        .profile())
                .isEqualTo(first.profile());
    }

    @Test
    void access_token_is_accepted_as_that_of_a_member_with_its_login_and_csrf_token() throws Exception {
        Accounts accounts = deploy(true);
        Grant grant = register(accounts);
        TokenVerifier verifier = new TokenVerifier(
                Live.fixed(Tokens.trust(
                        vertx, Tokens.config(Tokens.issuer()).withIssuer(AccountTokens.issuer(keys, config)))),
                System::currentTimeMillis);

        TokenClaims claims = done(verifier.verify(grant.accessToken())).fold(valid -> valid, invalid -> {
            throw new AssertionError(invalid);
        });

        assertThat(claims.userId()).isEqualTo(grant.profile().id());
        assertThat(claims.username()).contains("Ann");
        assertThat(claims.role()).isEqualTo(Role.MEMBER);
        assertThat(claims.issuer()).isEqualTo("portcullis");
        assertThat(claims.expiresAt()).isEqualTo(grant.expiresAt());
        assertThat(claims.family())
                .isEqualTo(AccountServiceContract.claimsOf(grant).text("sid"));
        assertThat(CsrfClaim.matches(grant.csrfToken(), claims)).isTrue();
        assertThat(CsrfClaim.matches(grant.csrfToken() + "x", claims)).isFalse();
    }

    @Test
    void second_factor_over_the_bus() throws Exception {
        Accounts accounts = deploy(true);
        UserId ann = register(accounts).profile().id();
        assertThat(done(accounts.beginFactor(new Accounts.BeginFactor(ann, PASSWORD)))
                        .factor())
                .isPresent();
        assertThat(done(accounts.confirmFactor(new Accounts.ConfirmFactor(ann, "no code")))
                        .refusal())
                .contains(GrantRefusal.WRONG_CODE);
        assertThat(done(accounts.removeFactor(new Accounts.RemoveFactor(ann, PASSWORD, "no code"))))
                .contains(GrantRefusal.WRONG_CODE);
        assertThat(done(accounts.factor(ann))).contains(new Accounts.FactorStatus(false, 0));
        assertThat(done(accounts.logins(ann)).orElseThrow()).hasSize(1);
        assertThat(done(accounts.checkPassword(ann, "Another-Horse-9"))).contains(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(done(accounts.endLogin(ann, "no-login"))).isFalse();
    }

    /** A flood of logins must not delay anything else in the stage. */
    @Test
    void logins_beyond_the_queue_are_busy_at_once_while_other_questions_are_answered() throws Exception {
        Accounts accounts = deploy(true);
        Grant grant = register(accounts);
        pool.run(() -> release.await(60, TimeUnit.SECONDS));
        List<Future<GrantResult>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(accounts.logIn(login("ann@example.com", "wrong")));
        }

        done(Future.any(List.copyOf(waiting)));
        assertThat(granted(done(accounts.refresh(refreshOf(grant.refreshToken()))))
                        .profile())
                .isEqualTo(grant.profile());
        release.countDown();
        List<GrantRefusal> answers = done(Future.all(waiting)).<GrantResult>list().stream()
                .map(AccountServiceContract::refusal)
                .toList();
        assertThat(answers).filteredOn(GrantRefusal.BUSY::equals).hasSizeGreaterThanOrEqualTo(48);
    }

    @Test
    void node_without_accounts_says_so() throws Exception {
        Accounts accounts = deploy(false);

        assertThat(refusal(done(accounts.register(registration("Ann", "ann@example.com", PASSWORD)))))
                .isEqualTo(GrantRefusal.DISABLED);
        assertThat(refusal(done(accounts.logIn(login("ann@example.com", PASSWORD)))))
                .isEqualTo(GrantRefusal.DISABLED);
        assertThat(refusal(done(accounts.refresh(refreshOf("token"))))).isEqualTo(GrantRefusal.DISABLED);
        assertThat(refusal(done(accounts.changePassword(
                        new ChangePassword(ANN, Optional.empty(), "a", "b", Optional.empty())))))
                .isEqualTo(GrantRefusal.DISABLED);
        assertThat(done(accounts.find(ANN))).isEmpty();
        assertThat(done(accounts.beginFactor(new Accounts.BeginFactor(ANN, "a")))
                        .refusal())
                .contains(GrantRefusal.DISABLED);
        assertThat(done(accounts.confirmFactor(new Accounts.ConfirmFactor(ANN, "a")))
                        .refusal())
                .contains(GrantRefusal.DISABLED);
        assertThat(done(accounts.removeFactor(new Accounts.RemoveFactor(ANN, "a", "b"))))
                .contains(GrantRefusal.DISABLED);
        assertThat(done(accounts.factor(ANN))).isEmpty();
        assertThat(done(accounts.logins(ANN))).isEmpty();
        assertThat(done(accounts.endLogin(ANN, "sid"))).isFalse();
        done(accounts.logOut(ANN, "sid"));
    }

    private static Grant register(Accounts accounts) throws Exception {
        return granted(done(accounts.register(registration("Ann", "ann@example.com", PASSWORD))));
    }

    private Accounts deploy(boolean enabled) throws Exception {
        RowStore rows = new EmbeddedRowStore(engine, System::currentTimeMillis);
        AccountStore store = new AccountStore(rows);
        AccountService service = new AccountService(
                config,
                keys,
                store,
                new RegistrationGate(
                        Registration.OPEN,
                        new AccountInvitations(new AccountInvitationStore(rows), System::currentTimeMillis)),
                keys.passwords(pool, config.passwords(), System::currentTimeMillis),
                revocation -> Future.succeededFuture(true),
                Optional.empty(),
                System::currentTimeMillis);
        AccountResponder.Services services = new AccountResponder.Services(
                service,
                new LoginRefresher(
                        config,
                        keys,
                        store,
                        revocation -> Future.succeededFuture(true),
                        login -> Future.succeededFuture(false),
                        new Audit(new AuditConfig(10_000, 16), System::currentTimeMillis, new RecordedEvents()),
                        System::currentTimeMillis),
                new FactorService(service, store, keys.secondFactors(), "portcullis", false, System::currentTimeMillis),
                Optional.empty());
        Bus bus = new Bus(vertx, "node", new BusConfig(30_000, 1_000));
        for (int instance = 0; instance < 2; instance++) {
            done(new AccountResponder(Optional.of(services).filter(any -> enabled), Optional.empty())
                    .open(bus, instance));
        }
        return new Accounts(bus);
    }
}

package dev.portcullis.auth.account;

import static dev.portcullis.auth.account.AccountRequests.login;
import static dev.portcullis.auth.account.AccountRequests.refreshOf;
import static dev.portcullis.auth.account.AccountRequests.registration;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.auth.SettableClock;
import dev.portcullis.auth.account.Accounts.BeginFactor;
import dev.portcullis.auth.account.Accounts.ChangePassword;
import dev.portcullis.auth.account.Accounts.CheckPassword;
import dev.portcullis.auth.account.Accounts.ConfirmFactor;
import dev.portcullis.auth.account.Accounts.FactorConfirmed;
import dev.portcullis.auth.account.Accounts.FactorStatus;
import dev.portcullis.auth.account.Accounts.LogIn;
import dev.portcullis.auth.account.Accounts.Refresh;
import dev.portcullis.auth.account.Accounts.Register;
import dev.portcullis.auth.account.Accounts.RemoveFactor;
import dev.portcullis.auth.account.AccountsConfig.Registration;
import dev.portcullis.auth.factor.FactorCodes;
import dev.portcullis.auth.invitation.AccountInvitationStore;
import dev.portcullis.auth.invitation.AccountInvitations;
import dev.portcullis.auth.password.HastyHasher;
import dev.portcullis.auth.password.PasswordConfig;
import dev.portcullis.auth.password.PasswordHasher;
import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshChoice;
import dev.portcullis.auth.refresh.RefreshConfig;
import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.auth.revocation.Revocation.OfFamily;
import dev.portcullis.auth.token.FlatJson;
import dev.portcullis.auth.token.Tokens;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of accounts experience, on any store. */
@ExtendWith(VertxExtension.class)
abstract class AccountServiceContract {
    static final long DAY = 86_400_000;
    private static final String ANN = "ann@example.com";
    static final String PASSWORD = "Correct-Horse-9";
    static final Secret SECRET = new Secret("a secret of the tests, of 32 bytes or more");

    private final SettableClock clock = new SettableClock(Tokens.NOW);
    private final List<Revocation> revoked = new CopyOnWriteArrayList<>();
    private final AtomicLong revokedBefore = new AtomicLong();
    private final AtomicBoolean revokerFails = new AtomicBoolean();
    private final RecordedEvents events = new RecordedEvents();
    /** How often the store was asked for refreshes. */
    private final AtomicInteger asked = new AtomicInteger();

    private Vertx vertx;
    private WorkerPool pool;
    private AccountInvitations invitations;
    AccountService accounts;
    private LoginRefresher refresher;
    private String secret = "";
    private FactorService factors;

    abstract RowStore rows();

    private AccountStore store() {
        return new AccountStore(rows());
    }

    static AccountsConfig config(int cost) {
        return config(cost, Registration.OPEN);
    }

    private static AccountsConfig config(int cost, Registration registration) {
        return new AccountsConfig(
                true,
                registration,
                Optional.of(SECRET),
                "portcullis",
                900_000,
                new RefreshConfig(7 * DAY, 30 * DAY, 10_000),
                3,
                new PasswordConfig(cost, new WorkerPool.Config(2, 256, 30_000), 0),
                Optional.empty());
    }

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        use(config(4), SECRET, keys -> hasher(keys, config(4)));
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private void use(AccountsConfig config, Secret secret) {
        use(config, secret, keys -> hasher(keys, config));
    }

    private PasswordHasher hasher(AccountKeys keys, AccountsConfig config) {
        return keys.passwords(pool, config.passwords(), System::currentTimeMillis);
    }

    private void use(AccountsConfig config, Secret secret, Function<AccountKeys, PasswordHasher> hasher) {
        invitations = new AccountInvitations(new AccountInvitationStore(rows()), clock);
        AccountKeys keys = AccountKeys.of(secret);
        if (pool != null) {
            pool.close();
        }
        pool = PasswordHasher.workers(vertx, config.passwords(), () -> {});
        accounts = new AccountService(
                config,
                keys,
                store(),
                new RegistrationGate(config.registration(), invitations),
                hasher.apply(keys),
                this::revoke,
                Optional.empty(),
                clock);
        factors = new FactorService(accounts, store(), keys.secondFactors(), "My chat", false, clock);
        refresher = new LoginRefresher(
                config,
                keys,
                new AccountStore(counted(rows())),
                this::revoke,
                login -> Future.succeededFuture(login.issuedAt() < revokedBefore.get()),
                new Audit(new AuditConfig(10_000, 10_000), clock, events),
                clock);
    }

    private RowStore counted(RowStore kept) {
        return (RowStore) Proxy.newProxyInstance(
                RowStore.class.getClassLoader(), new Class<?>[] {RowStore.class}, (proxy, method, with) -> {
                    asked.incrementAndGet();
                    return method.invoke(kept, with);
                });
    }

    private Future<Boolean> revoke(Revocation revocation) {
        if (revokerFails.get()) {
            return Future.failedFuture(new IllegalStateException("the revoker does not answer"));
        }
        revoked.add(revocation);
        return Future.succeededFuture(true);
    }

    @Test
    void registered_user_is_logged_in_and_logs_in_again() throws Exception {
        Grant first = granted(register("Ann", "Ann@Example.com"));
        Grant second = granted(logIn(" ann@example.com".strip(), PASSWORD));

        assertThat(first.profile().id().value()).matches("u:[A-Za-z0-9_-]{22}");
        assertThat(first.profile()).isEqualTo(new AccountProfile(first.profile().id(), "Ann", ANN, Optional.empty()));
        assertThat(second.profile()).isEqualTo(first.profile());
        assertThat(sidOf(second)).isNotEqualTo(sidOf(first));
        assertThat(second.refreshToken()).isNotEqualTo(first.refreshToken());
        assertThat(second.csrfToken()).isNotEqualTo(first.csrfToken()).hasSize(43);
        assertThat(first.expiresAt()).isEqualTo(Tokens.NOW + 900_000);
        assertThat(first.refreshExpiresAt()).isEqualTo(Tokens.NOW + 7 * DAY);
        assertThat(done(accounts.find(first.profile().id()))).contains(first.profile());
        assertThat(done(accounts.find(new UserId("u:other")))).isEmpty();
    }

    @Test
    void refresh_token_stays_where_the_client_wanted_it() throws Exception {
        registerAnn();

        Grant inBody = granted(done(accounts.logIn(new LogIn(
                ANN, PASSWORD, true, Optional.empty(), Optional.empty(), PasswordTurn.ofUser(new UserId("ann"))))));

        assertThat(inBody.refreshInBody()).isTrue();
        assertThat(granted(refresh(inBody.refreshToken())).refreshInBody()).isTrue();
        assertThat(logInAnn().refreshInBody()).isFalse();
    }

    private GrantResult logInWith(String code) throws Exception {
        return done(accounts.logIn(login(ANN, PASSWORD, Optional.of(code))));
    }

    /** Adds a second factor to Ann's account; returns its recovery codes. */
    private List<String> addFactor(UserId ann) throws Exception {
        secret = done(factors.begin(new BeginFactor(ann, PASSWORD)))
                .factor()
                .orElseThrow()
                .secret();
        FactorConfirmed confirmed = done(factors.confirm(new ConfirmFactor(ann, code())));
        assertThat(confirmed.refusal()).isEmpty();
        return confirmed.recoveryCodes();
    }

    /** What the app of the user shows now. */
    private String code() {
        return FactorCodes.codeOf(secret, clock.getAsLong());
    }

    @Test
    void login_with_a_second_factor_needs_a_code_and_each_code_is_good_once() throws Exception {
        UserId ann = registerAnn().profile().id();
        addFactor(ann);

        assertThat(refusal(logIn(ANN, PASSWORD))).isEqualTo(GrantRefusal.SECOND_FACTOR_REQUIRED);
        assertThat(refusal(logIn(ANN, "Another-Horse-9")))
                .as("a wrong password tells nothing of it")
                .isEqualTo(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(refusal(logInWith(code())))
                .as("the code that confirmed the factor is used")
                .isEqualTo(GrantRefusal.WRONG_CODE);
        clock.advance(30_000);
        assertThat(granted(logInWith(code())).profile().id()).isEqualTo(ann);
        assertThat(refusal(logInWith(code()))).isEqualTo(GrantRefusal.WRONG_CODE);
        clock.advance(30_000);
        assertThat(granted(logInWith(code().substring(0, 3) + " " + code().substring(3)))
                        .profile()
                        .id())
                .isEqualTo(ann);
        assertThat(done(accounts.logins(ann)).orElseThrow()).hasSize(3);
    }

    @Test
    void of_fifty_logins_with_one_code_at_once_exactly_one_succeeds() throws Exception {
        UserId ann = registerAnn().profile().id();
        addFactor(ann);
        clock.advance(30_000);
        Optional<String> code = Optional.of(code());
        List<GrantResult> results = together(50, () -> accounts.logIn(login(ANN, PASSWORD, code)));
        assertThat(results)
                .filteredOn(each -> each instanceof GrantResult.Granted)
                .hasSize(1);
        assertThat(results)
                .filteredOn(each -> each instanceof GrantResult.Refused)
                .extracting(AccountServiceContract::refusal)
                .containsOnly(GrantRefusal.WRONG_CODE);
    }

    @Test
    void recovery_code_logs_in_once_without_the_app() throws Exception {
        UserId ann = registerAnn().profile().id();
        List<String> recovery = addFactor(ann);
        assertThat(recovery)
                .hasSize(10)
                .doesNotHaveDuplicates()
                .allMatch(each -> each.matches("([a-z2-7]{4}-){3}[a-z2-7]{4}"));
        assertThat(granted(logInWith(recovery.get(3).toUpperCase(Locale.ROOT)))
                        .profile()
                        .id())
                .isEqualTo(ann);
        assertThat(refusal(logInWith(recovery.get(3)))).isEqualTo(GrantRefusal.WRONG_CODE);
        assertThat(done(factors.find(ann))).contains(new FactorStatus(true, 9));
    }

    @Test
    void factor_counts_only_once_it_is_confirmed_and_that_takes_a_quarter_of_an_hour_at_most() throws Exception {
        UserId ann = registerAnn().profile().id();
        assertThat(done(factors.begin(new BeginFactor(ann, "Another-Horse-9"))).refusal())
                .contains(GrantRefusal.WRONG_CREDENTIALS);
        secret = done(factors.begin(new BeginFactor(ann, PASSWORD)))
                .factor()
                .orElseThrow()
                .secret();
        assertThat(logInAnn().profile().id()).isEqualTo(ann);
        assertThat(done(factors.find(ann))).contains(new FactorStatus(false, 0));
        clock.advance(900_000);
        assertThat(done(factors.confirm(new ConfirmFactor(ann, code()))).refusal())
                .contains(GrantRefusal.WRONG_CODE);
        addFactor(ann);
        assertThat(done(factors.begin(new BeginFactor(ann, PASSWORD))).refusal())
                .contains(GrantRefusal.SECOND_FACTOR_EXISTS);
        clock.advance(30_000);
        assertThat(done(factors.confirm(new ConfirmFactor(ann, code()))).refusal())
                .as("a second time it would give new recovery codes for a code alone")
                .contains(GrantRefusal.WRONG_CODE);
        assertThat(done(factors.find(new UserId("u:other")))).isEmpty();
    }

    @Test
    void second_factor_is_removed_by_password_and_code_together() throws Exception {
        UserId ann = registerAnn().profile().id();
        List<String> recovery = addFactor(ann);
        clock.advance(30_000);
        assertThat(done(factors.remove(new RemoveFactor(ann, "Another-Horse-9", code()))))
                .contains(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(done(factors.remove(new RemoveFactor(ann, PASSWORD, "000000-none"))))
                .contains(GrantRefusal.WRONG_CODE);
        assertThat(done(factors.remove(new RemoveFactor(ann, PASSWORD, recovery.get(0)))))
                .isEmpty();
        assertThat(logInAnn().profile().id()).isEqualTo(ann);
        assertThat(done(factors.remove(new RemoveFactor(ann, PASSWORD, recovery.get(1)))))
                .contains(GrantRefusal.WRONG_CODE);
    }

    @Test
    void operator_removes_a_second_factor_for_a_user_who_has_lost_it() throws Exception {
        Bus bus = new Bus(vertx, "node", TestNode.patient(new BusConfig(1_000, 1_000)));
        UserAccounts operators = new UserAccounts(bus);
        done(new UserAccountResponder(store(), invitations).open(bus, 0));
        UserId ann = registerAnn().profile().id();
        addFactor(ann);

        assertThat(done(operators.removeFactor(ann))).isTrue();
        assertThat(done(operators.removeFactor(ann))).isFalse();
        assertThat(done(operators.removeFactor(new UserId("u:other")))).isFalse();
        assertThat(logInAnn().profile().id()).isEqualTo(ann);
    }

    @Test
    void store_has_neither_the_secret_of_a_factor_nor_a_recovery_code() throws Exception {
        UserId ann = registerAnn().profile().id();
        List<String> recovery = addFactor(ann);
        String row = AccountStore.STATE.encode(done(store().find(ann)).orElseThrow());
        assertThat(row)
                .doesNotContain(secret)
                .doesNotContain(recovery)
                .doesNotContain(recovery.get(0).replace("-", ""));
        use(config(4), new Secret("another secret of the tests, of 32 bytes and more"));
        assertThat(done(store().find(ann)).orElseThrow().confirmedFactor().toString())
                .doesNotContain(done(store().find(ann))
                        .orElseThrow()
                        .factor()
                        .orElseThrow()
                        .sealed());
    }

    private GrantResult registerWith(Optional<String> invitation, String name) throws Exception {
        return done(accounts.register(new Register(
                name,
                name + "@example.com",
                PASSWORD,
                false,
                Optional.empty(),
                invitation,
                PasswordTurn.ofUser(new UserId("ann")))));
    }

    @Test
    void closed_registration_creates_no_account_and_leaves_those_that_exist() throws Exception {
        registerAnn();
        use(config(4, Registration.CLOSED), SECRET);
        assertThat(refusal(register("Bob", "bob@example.com"))).isEqualTo(GrantRefusal.REGISTRATION_CLOSED);
        assertThat(refusal(logIn("bob@example.com", PASSWORD))).isEqualTo(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(logInAnn().profile().username()).isEqualTo("Ann");
    }

    @Test
    void invitation_creates_one_account() throws Exception {
        use(config(4, Registration.INVITED), SECRET);
        String code = done(invitations.make(DAY)).code();
        assertThat(refusal(registerWith(Optional.empty(), "Bob"))).isEqualTo(GrantRefusal.NOT_INVITED);
        assertThat(refusal(registerWith(Optional.of("A".repeat(43)), "Bob"))).isEqualTo(GrantRefusal.NOT_INVITED);
        assertThat(granted(registerWith(Optional.of(code), "Ann")).profile().username())
                .isEqualTo("Ann");
        assertThat(refusal(registerWith(Optional.of(code), "Bob"))).isEqualTo(GrantRefusal.NOT_INVITED);
        assertThat(refusal(logIn("bob@example.com", PASSWORD))).isEqualTo(GrantRefusal.WRONG_CREDENTIALS);
    }

    @Test
    void registration_that_fails_uses_up_no_invitation() throws Exception {
        registerAnn();
        use(config(4, Registration.INVITED), SECRET);
        Optional<String> code = Optional.of(done(invitations.make(DAY)).code());
        assertThat(refusal(registerWith(code, "Ann"))).isEqualTo(GrantRefusal.EMAIL_TAKEN);
        pool.close();
        assertThat(refusal(registerWith(code, "Bob"))).isEqualTo(GrantRefusal.BUSY);
        use(config(4, Registration.INVITED), SECRET, keys -> HastyHasher.of(pool, System::currentTimeMillis));
        assertThatThrownBy(() -> registerWith(code, "Bob"))
                .as("it took too long")
                .isInstanceOf(TimeoutException.class);
        use(config(4, Registration.INVITED), SECRET);
        assertThat(granted(registerWith(code, "Bob")).profile().username()).isEqualTo("Bob");
    }

    @Test
    void bad_registration_is_refused_with_its_reason() throws Exception {
        register("Ann", ANN);

        assertThat(refusal(register("Bob", "ann"))).isEqualTo(GrantRefusal.BAD_EMAIL);
        assertThat(refusal(register("<b>", "bob@example.com"))).isEqualTo(GrantRefusal.BAD_USERNAME);
        assertThat(refusal(register("Bob", "ANN@example.com"))).isEqualTo(GrantRefusal.EMAIL_TAKEN);
        assertThat(refusal(register("ann", "bob@example.com"))).isEqualTo(GrantRefusal.USERNAME_TAKEN);
        assertThat(refusal(done(accounts.register(registration("Bob", "bob@example.com", "Password1")))))
                .isEqualTo(GrantRefusal.WEAK_PASSWORD);
        assertThat(refusal(done(accounts.register(registration("Bob.Builder7", "bob@example.com", "bob.Builder7")))))
                .isEqualTo(GrantRefusal.WEAK_PASSWORD);
    }

    @Test
    void unknown_account_malformed_address_and_wrong_password_are_refused_alike() throws Exception {
        register("Ann", ANN);

        assertThat(logIn(ANN, "wrong"))
                .isEqualTo(new GrantResult.Refused(GrantRefusal.WRONG_CREDENTIALS))
                .isEqualTo(logIn("bob@example.com", PASSWORD))
                .isEqualTo(logIn("no address", PASSWORD))
                .isEqualTo(logIn(ANN, ""))
                .isEqualTo(logIn(ANN, "x".repeat(5_000)));
    }

    @Test
    void refused_logins_take_the_same_time() throws Exception {
        use(config(10), SECRET);
        register("Ann", ANN);
        logIn("warm@example.com", "wrong");

        long[] times = shortest(
                () -> accounts.logIn(login(ANN, "wrong")),
                () -> accounts.logIn(login("bob@example.com", "wrong")),
                () -> accounts.logIn(login("no address", "wrong")));

        System.out.printf(
                "%s: wrong password %d ms, unknown account %d ms, malformed address %d ms%n",
                getClass().getSimpleName(), times[0], times[1], times[2]);
        assertThat((double) times[1] / times[0]).isBetween(0.3, 3.0);
        assertThat((double) times[2] / times[0]).isBetween(0.3, 3.0);
    }

    @Test
    void access_token_has_the_claims_of_its_login() throws Exception {
        clock.advance(789);
        Grant grant = registerAnn();

        FlatJson claims = claimsOf(grant);

        assertThat(claims.text("iss")).contains("portcullis");
        assertThat(claims.text("aud")).contains("portcullis");
        assertThat(claims.text("sub")).contains(grant.profile().id().value());
        assertThat(claims.text("role")).contains("member");
        assertThat(claims.text("username")).contains("Ann");
        assertThat(claims.text("jti")).isPresent();
        assertThat(claims.number("iat"))
                .as("in whole seconds, it were older than a revocation of the same second")
                .contains(Tokens.NOW / 1_000.0 + 0.789);
        assertThat(claims.number("exp")).contains(Tokens.NOW / 1_000.0 + 900);
        assertThat(claims.text("csrf")).contains(Sha256.base64Url(grant.csrfToken()));
        assertThat(grant.refreshToken()).doesNotContain(grant.csrfToken());
        assertThat(sidOf(grant)).isNotEmpty();
    }

    @Test
    void refresh_gives_a_successor_and_a_new_access_token_of_the_same_login() throws Exception {
        Grant first = registerAnn();
        clock.advance(600_000);

        Grant second = granted(refresh(first.refreshToken()));

        assertThat(sidOf(second)).isEqualTo(sidOf(first));
        assertThat(second.refreshToken()).isNotEqualTo(first.refreshToken());
        assertThat(second.csrfToken()).isNotEqualTo(first.csrfToken());
        assertThat(claimsOf(second).text("jti")).isNotEqualTo(claimsOf(first).text("jti"));
        assertThat(second.refreshExpiresAt()).isEqualTo(Tokens.NOW + 600_000 + 7 * DAY);
        assertThat(second.profile()).isEqualTo(first.profile());
        assertThat(revoked).isEmpty();
    }

    @Test
    void same_token_within_the_grace_gets_the_same_successor() throws Exception {
        Grant first = registerAnn();
        Grant second = granted(refresh(first.refreshToken()));

        clock.advance(9_999);

        Grant again = granted(refresh(first.refreshToken()));
        assertThat(again.refreshToken()).isEqualTo(second.refreshToken());
        assertThat(again.refreshExpiresAt()).isEqualTo(second.refreshExpiresAt());
        assertThat(again.csrfToken())
                .as("whichever answer came last: both tabs share its cookies")
                .isEqualTo(second.csrfToken())
                .isNotEqualTo(first.csrfToken());
        assertThat(revoked).isEmpty();
    }

    @Test
    void second_tab_gets_the_newest_token_of_a_chain() throws Exception {
        Grant first = granted(register("Ann", "ann@example.com"));
        Grant second = granted(refresh(first.refreshToken()));
        clock.advance(3_000);
        Grant third = granted(refresh(second.refreshToken()));
        clock.advance(3_000);

        assertThat(granted(refresh(first.refreshToken())).refreshToken()).isEqualTo(third.refreshToken());
        assertThat(granted(refresh(second.refreshToken())).refreshToken()).isEqualTo(third.refreshToken());
    }

    @Test
    void reuse_after_the_grace_ends_the_login_and_writes_one_event() throws Exception {
        Grant first = registerAnn();
        Grant other = logInAnn();
        Grant second = granted(refresh(first.refreshToken()));
        clock.advance(10_000);

        assertThat(refusal(refresh(first.refreshToken()))).isEqualTo(GrantRefusal.REUSED_TOKEN);

        assertThat(revoked).containsExactly(ofFamily(first));
        assertThat(refusal(refresh(second.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(refusal(refresh(first.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(granted(refresh(other.refreshToken())).profile())
                .as("another login goes on")
                .isEqualTo(first.profile());
        assertThat(events.all()).hasSize(1);
        assertThat(events.all().get(0))
                .containsEntry("event", "auth.refresh.reuse")
                .containsEntry("userId", first.profile().id().value())
                .containsEntry("resource", sidOf(first));
        assertThat(events.all().toString()).doesNotContain(first.refreshToken());
    }

    /** The thief's answer must not say that all is closed while it is not. */
    @Test
    void reuse_whose_revocation_fails_is_repeated_until_it_is_done() throws Exception {
        Grant first = registerAnn();
        Grant second = granted(refresh(first.refreshToken()));
        clock.advance(10_000);
        revokerFails.set(true);

        assertThatThrownBy(() -> refresh(first.refreshToken())).hasMessageContaining("does not answer");
        assertThatThrownBy(() -> refresh(second.refreshToken()))
                .as("the login has ended all the same")
                .hasMessageContaining("does not answer");

        revokerFails.set(false);
        assertThat(refusal(refresh(first.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(revoked).containsExactly(ofFamily(first));
        assertThat(refusal(refresh(first.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(revoked).as("once it is done").hasSize(1);
    }

    @Test
    void fifty_refreshes_of_one_token_at_once_get_one_successor() throws Exception {
        Grant current = registerAnn();
        for (int round = 0; round < 10; round++) {
            String token = current.refreshToken();

            List<GrantResult> results = together(50, () -> refresher.refresh(refreshOf(token)));

            Set<String> successors = new HashSet<>();
            results.forEach(result -> successors.add(granted(result).refreshToken()));
            assertThat(successors).hasSize(1).doesNotContain(token);
            current = granted(results.get(0));
            clock.advance(60_000);
        }
        assertThat(revoked).isEmpty();
        assertThat(events.all()).isEmpty();
    }

    @Test
    void fifty_late_refreshes_of_a_used_token_end_the_login_once_and_give_nothing() throws Exception {
        Grant first = registerAnn();
        Grant second = granted(refresh(first.refreshToken()));
        clock.advance(10_000);

        List<GrantResult> results = together(50, () -> refresher.refresh(refreshOf(first.refreshToken())));

        assertThat(results.stream().map(AccountServiceContract::refusal))
                .containsOnly(GrantRefusal.REUSED_TOKEN, GrantRefusal.UNKNOWN_TOKEN)
                .filteredOn(GrantRefusal.REUSED_TOKEN::equals)
                .hasSize(1);
        assertThat(Set.copyOf(revoked)).containsExactly(ofFamily(first));
        assertThat(refusal(refresh(second.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
    }

    @Test
    void unused_token_expires_and_a_login_ends_however_often_it_is_refreshed() throws Exception {
        Grant current = registerAnn();
        String never = logInAnn().refreshToken();
        for (int day = 0; day < 5; day++) {
            clock.advance(6 * DAY - 1);
            current = granted(refresh(current.refreshToken()));
        }

        assertThat(current.refreshExpiresAt()).isEqualTo(Tokens.NOW + 30 * DAY);
        assertThat(current.expiresAt())
                .as("the access token does not outlive the login")
                .isLessThanOrEqualTo(Tokens.NOW + 30 * DAY);
        assertThat(refusal(refresh(never))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        clock.set(Tokens.NOW + 30 * DAY);
        assertThat(refusal(refresh(current.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(revoked).isEmpty();
    }

    @Test
    void token_that_was_never_issued_changes_nothing() throws Exception {
        Grant grant = registerAnn();
        String token = grant.refreshToken();
        String[] parts = token.split("\\.", -1);

        for (String bad : List.of(
                "",
                "junk",
                token + "x",
                parts[0] + "." + parts[1] + ".1." + parts[3],
                parts[0] + "." + parts[1] + ".0." + "A".repeat(43),
                parts[0] + "." + "A".repeat(22) + ".0." + parts[3],
                "A".repeat(22) + "." + parts[1] + ".0." + parts[3])) {
            assertThat(refusal(refresh(bad))).as(bad).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        }

        assertThat(revoked).isEmpty();
        assertThat(granted(refresh(token)).profile()).isEqualTo(grant.profile());
    }

    /** A page of a sibling domain puts them into the cookie beside the good one. */
    @Test
    void choice_among_tokens_uses_none_up_and_ends_no_login() throws Exception {
        Grant ann = registerAnn();
        Grant old = granted(register("Eve", "eve@example.com"));
        Grant eve = granted(refresh(old.refreshToken()));
        clock.advance(10_000);
        String madeUp = ann.refreshToken().replaceAll("[^.]{43}$", "A".repeat(43));

        for (int i = 0; i < 3; i++) {
            assertThat(choose(old.refreshToken(), madeUp, ann.refreshToken(), "garbage"))
                    .isEqualTo(new RefreshChoice.Tokens(List.of(ann.refreshToken())));
            assertThat(choose(ann.refreshToken(), eve.refreshToken())).isEqualTo(new RefreshChoice.SeveralUsers());
            assertThat(choose(madeUp, "garbage", "A".repeat(22) + madeUp.substring(22)))
                    .isEqualTo(new RefreshChoice.Tokens(List.of()));
            assertThat(choose(madeUp, old.refreshToken()))
                    .isEqualTo(new RefreshChoice.Tokens(List.of(old.refreshToken())));
        }

        assertThat(revoked).isEmpty();
        assertThat(events.all()).isEmpty();
        assertThat(granted(refresh(eve.refreshToken())).profile()).isEqualTo(eve.profile());
        assertThat(refusal(refresh(old.refreshToken()))).isEqualTo(GrantRefusal.REUSED_TOKEN);
        assertThat(granted(refresh(ann.refreshToken())).profile())
                .as("what another user's old token ends is another user's")
                .isEqualTo(ann.profile());
    }

    /** A client that once had a login has its token for ever, whose tag is right. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void tokens_of_ended_logins_ask_the_store_once_each_and_an_honest_user_is_refreshed(int attackers)
            throws Exception {
        Grant ann = registerAnn();
        List<String> ended = new ArrayList<>();
        for (int number = 0; number < attackers; number++) {
            Grant eve = granted(register("Eve" + number, "eve" + number + "@example.com"));
            done(accounts.logOut(eve.profile().id(), sidOf(eve)));
            ended.add(eve.refreshToken());
        }
        asked.set(0);

        for (int round = 0; round < 10; round++) {
            for (String token : ended) {
                assertThat(refusal(refresh(token))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
                assertThat(choose(token, token)).isEqualTo(new RefreshChoice.Tokens(List.of()));
            }
        }

        assertThat(asked).hasValue(attackers);
        assertThat(granted(refresh(ann.refreshToken())).profile()).isEqualTo(ann.profile());
    }

    @Test
    void tokens_of_a_login_that_ran_out_or_whose_account_is_gone_ask_the_store_no_more() throws Exception {
        Grant ann = registerAnn();
        Grant bob = granted(register("Bob", "bob@example.com"));
        done(store().delete(bob.profile().id()));
        assertThat(choose(bob.refreshToken(), "garbage")).isEqualTo(new RefreshChoice.Tokens(List.of()));
        clock.advance(7 * DAY);
        assertThat(refusal(refresh(ann.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(refusal(refresh(bob.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        asked.set(0);

        assertThat(refusal(refresh(ann.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(refusal(refresh(bob.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);

        assertThat(asked).hasValue(0);
    }

    @Test
    void login_that_refreshes_without_an_end_waits_a_second_and_loses_nothing() throws Exception {
        Grant first = registerAnn();
        Grant other = logInAnn();
        Grant newest = first;
        int refreshes = 0;
        GrantResult last = refresh(newest.refreshToken());
        while (last instanceof GrantResult.Granted granted) {
            newest = granted.grant();
            refreshes++;
            last = refresh(newest.refreshToken());
        }
        assertThat(refreshes).isEqualTo(200);
        assertThat(refusal(last)).isEqualTo(GrantRefusal.TOO_OFTEN);
        asked.set(0);
        assertThat(choose(newest.refreshToken(), "garbage"))
                .isEqualTo(new RefreshChoice.Tokens(List.of(newest.refreshToken())));
        assertThat(asked).hasValue(0);
        assertThat(granted(refresh(other.refreshToken())).profile())
                .as("another login of the same user")
                .isEqualTo(first.profile());
        clock.advance(1_000);
        assertThat(sidOf(granted(refresh(newest.refreshToken())))).isEqualTo(sidOf(first));
        assertThat(revoked).isEmpty();
    }

    private RefreshChoice choose(String... tokens) throws Exception {
        return done(refresher.choose(List.of(tokens)));
    }

    @Test
    void logout_ends_its_login_only_and_may_be_repeated() throws Exception {
        Grant first = registerAnn();
        Grant other = logInAnn();

        done(accounts.logOut(first.profile().id(), sidOf(first)));
        done(accounts.logOut(first.profile().id(), sidOf(first)));

        assertThat(revoked).containsOnly(ofFamily(first));
        assertThat(refusal(refresh(first.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(granted(refresh(other.refreshToken())).profile()).isEqualTo(first.profile());
        assertThat(events.all()).as("a logout is no reuse").isEmpty();
    }

    @Test
    void logins_are_listed_with_the_device_that_renewed_them_last() throws Exception {
        LoginDevice phone = new LoginDevice("192.0.2.7", "Phone 7");
        LoginDevice train = new LoginDevice("2001:db8::7", "Phone 7");
        Grant first = registerAnn();
        clock.advance(1_000);
        Grant second = granted(done(accounts.logIn(new LogIn(
                ANN, PASSWORD, true, Optional.of(phone), Optional.empty(), PasswordTurn.ofUser(new UserId("ann"))))));
        UserId ann = first.profile().id();
        clock.advance(60_000);
        granted(done(refresher.refresh(new Refresh(second.refreshToken(), Optional.empty(), Optional.of(train)))));
        assertThat(done(accounts.logins(ann)))
                .contains(List.of(
                        new LoginEntry(sidOf(first), Tokens.NOW, Tokens.NOW, LoginDevice.UNKNOWN),
                        new LoginEntry(sidOf(second), Tokens.NOW + 1_000, Tokens.NOW + 61_000, train)));
        clock.advance(7 * DAY - 61_000);
        assertThat(done(accounts.logins(ann)).orElseThrow())
                .as("the first has expired")
                .extracting(LoginEntry::sid)
                .containsExactly(sidOf(second));
        assertThat(done(accounts.logins(new UserId("u:other")))).isEmpty();
    }

    @Test
    void own_login_is_ended_and_a_login_of_another_user_is_not_found() throws Exception {
        Grant first = registerAnn();
        Grant other = logInAnn();
        Grant bob = granted(register("Bob", "bob@example.com"));
        UserId ann = first.profile().id();

        assertThat(done(accounts.endLogin(ann, sidOf(bob)))).isFalse();
        assertThat(revoked).as("invented logins cost nothing").isEmpty();
        assertThat(done(accounts.endLogin(ann, sidOf(first)))).isTrue();

        assertThat(revoked).containsExactly(ofFamily(first));
        assertThat(refusal(refresh(first.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(granted(refresh(other.refreshToken())).profile()).isEqualTo(first.profile());
        assertThat(granted(refresh(bob.refreshToken())).profile()).isEqualTo(bob.profile());
        assertThat(done(accounts.endLogin(ann, sidOf(first)))).isFalse();
    }

    @Test
    void end_of_a_login_whose_revocation_fails_is_repeated_by_the_same_call() throws Exception {
        Grant first = registerAnn();
        UserId ann = first.profile().id();
        revokerFails.set(true);
        assertThatThrownBy(() -> done(accounts.endLogin(ann, sidOf(first)))).hasMessageContaining("revoker");
        revokerFails.set(false);
        assertThat(done(accounts.logins(ann))).as("it is no login any more").contains(List.of());
        assertThat(done(accounts.endLogin(ann, sidOf(first)))).isTrue();
        assertThat(revoked).containsExactly(ofFamily(first));
    }

    @Test
    void password_is_checked_without_a_change() throws Exception {
        UserId ann = registerAnn().profile().id();
        Optional<AccountState> before = done(store().find(ann));
        assertThat(done(accounts.checkPassword(new CheckPassword(ann, PASSWORD))))
                .isEmpty();
        assertThat(done(accounts.checkPassword(new CheckPassword(ann, "Another-Horse-9"))))
                .contains(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(done(accounts.checkPassword(new CheckPassword(new UserId("u:other"), PASSWORD))))
                .contains(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(done(store().find(ann))).isEqualTo(before);
    }

    @Test
    void logout_of_a_user_of_another_issuer_revokes_its_tokens() throws Exception {
        UserId foreign = new UserId("bob");

        done(accounts.logOut(foreign, "their-sid"));

        assertThat(revoked).containsExactly(new OfFamily("their-sid", Optional.of(foreign)));
    }

    @Test
    void new_password_ends_all_other_logins_and_the_calling_one_goes_on() throws Exception {
        Grant calling = registerAnn();
        Grant other = logInAnn();
        UserId ann = calling.profile().id();

        Grant next = granted(done(accounts.changePassword(
                new ChangePassword(ann, Optional.of(sidOf(calling)), PASSWORD, "Another-Horse-9", Optional.empty()))));

        assertThat(sidOf(next)).isEqualTo(sidOf(calling));
        assertThat(revoked).containsExactly(ofFamily(other));
        assertThat(refusal(refresh(other.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(granted(refresh(next.refreshToken())).profile()).isEqualTo(calling.profile());
        assertThat(refusal(logIn(ANN, PASSWORD))).isEqualTo(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(granted(logIn(ANN, "Another-Horse-9")).profile()).isEqualTo(calling.profile());
    }

    @Test
    void refused_change_of_a_password_changes_nothing() throws Exception {
        Grant grant = registerAnn();
        UserId ann = grant.profile().id();
        Optional<String> sid = Optional.of(sidOf(grant));

        assertThat(refusal(done(accounts.changePassword(
                        new ChangePassword(ann, sid, "wrong", "Another-Horse-9", Optional.empty())))))
                .isEqualTo(GrantRefusal.WRONG_CREDENTIALS);
        assertThat(refusal(done(
                        accounts.changePassword(new ChangePassword(ann, sid, PASSWORD, "short", Optional.empty())))))
                .isEqualTo(GrantRefusal.WEAK_PASSWORD);
        assertThat(refusal(done(accounts.changePassword(
                        new ChangePassword(new UserId("bob"), sid, PASSWORD, "Another-Horse-9", Optional.empty())))))
                .isEqualTo(GrantRefusal.WRONG_CREDENTIALS);

        assertThat(revoked).isEmpty();
        assertThat(logInAnn().profile()).isEqualTo(grant.profile());
        assertThat(granted(refresh(grant.refreshToken())).profile()).isEqualTo(grant.profile());
    }

    /** Else a thief who knows the old password and logs in at that moment would keep a login. */
    @Test
    void logins_with_the_old_password_during_its_change_do_not_survive_it() throws Exception {
        Grant calling = registerAnn();
        UserId ann = calling.profile().id();
        String password = PASSWORD;
        for (int round = 0; round < 10; round++) {
            String current = password;
            String next = "Another-Horse-" + round;
            List<Future<GrantResult>> logins = new ArrayList<>();
            IntStream.range(0, 10).forEach(i -> logins.add(accounts.logIn(login(ANN, current))));
            Future<GrantResult> change = accounts.changePassword(
                    new ChangePassword(ann, Optional.of(sidOf(calling)), current, next, Optional.empty()));
            IntStream.range(0, 10).forEach(i -> logins.add(accounts.logIn(login(ANN, current))));

            GrantResult changed = done(change);
            for (Future<GrantResult> login : logins) {
                String token = done(login).fold(Grant::refreshToken, why -> "none");
                assertThat(refusal(refresh(token))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
            }
            if (changed instanceof GrantResult.Granted done
                    && sidOf(done.grant()).equals(sidOf(calling))) {
                assertThat(refresh(done.grant().refreshToken())).isInstanceOf(GrantResult.Granted.class);
            }
            calling = granted(changed);
            password = next;
        }
    }

    @Test
    void login_over_the_limit_ends_the_oldest() throws Exception {
        Grant first = registerAnn();
        Grant second = logInAnn();
        logInAnn();

        logInAnn();

        assertThat(revoked).containsExactly(ofFamily(first));
        assertThat(refusal(refresh(first.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(granted(refresh(second.refreshToken())).profile()).isEqualTo(first.profile());
    }

    @Test
    void expired_logins_do_not_count_and_are_forgotten() throws Exception {
        Grant first = registerAnn();
        logInAnn();
        logInAnn();
        clock.advance(7 * DAY);

        logInAnn();

        assertThat(revoked).isEmpty();
        assertThat(done(store().find(first.profile().id())).orElseThrow().families())
                .hasSize(1);
    }

    @Test
    void hash_of_a_lower_cost_is_replaced_at_the_next_login() throws Exception {
        UserId ann = registerAnn().profile().id();
        use(config(5), SECRET);

        logInAnn();

        assertThat(done(store().find(ann)).orElseThrow().account().passwordHash())
                .startsWith("$2b$05$");
        assertThat(logInAnn().profile().id()).isEqualTo(ann);
    }

    @Test
    void store_keeps_no_password_no_token_and_nothing_that_works_without_the_secret() throws Exception {
        Grant grant = registerAnn();
        AccountState state = done(store().find(grant.profile().id())).orElseThrow();
        String row = AccountStore.STATE.encode(state);

        assertThat(row)
                .doesNotContain(PASSWORD)
                .doesNotContain(grant.refreshToken().split("\\.", -1)[3])
                .doesNotContain(grant.csrfToken());
        use(config(4), new Secret("another secret of the tests, 32 bytes or more"));
        assertThat(refusal(refresh(grant.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        assertThat(refusal(logIn(ANN, PASSWORD))).isEqualTo(GrantRefusal.WRONG_CREDENTIALS);
    }

    @Test
    void of_fifty_registrations_at_once_exactly_one_succeeds() throws Exception {
        List<GrantResult> results = together(50, () -> accounts.register(registration("Ann", ANN, PASSWORD)));

        assertThat(results.stream().filter(GrantResult.Granted.class::isInstance))
                .hasSize(1);
        assertThat(results)
                .filteredOn(GrantResult.Refused.class::isInstance)
                .allSatisfy(result ->
                        assertThat(refusal(result)).isIn(GrantRefusal.EMAIL_TAKEN, GrantRefusal.USERNAME_TAKEN));
        assertThat(logIn(ANN, PASSWORD)).isInstanceOf(GrantResult.Granted.class);
    }

    @Test
    void nothing_secret_is_printed() throws Exception {
        Grant grant = registerAnn();
        AccountState state = done(store().find(grant.profile().id())).orElseThrow();

        assertThat(grant + " " + state + state.families() + login(ANN, PASSWORD))
                .doesNotContain(PASSWORD, grant.accessToken(), grant.refreshToken(), grant.csrfToken())
                .doesNotContain("$2b$", state.families().get(0).seed(), "example.com");
    }

    private Grant registerAnn() throws Exception {
        return granted(register("Ann", ANN));
    }

    private Grant logInAnn() throws Exception {
        return granted(logIn(ANN, PASSWORD));
    }

    GrantResult register(String name, String email) throws Exception {
        return done(accounts.register(registration(name, email, PASSWORD)));
    }

    GrantResult logIn(String email, String password) throws Exception {
        return done(accounts.logIn(login(email, password)));
    }

    @Test
    void refresh_token_from_before_a_revocation_of_its_user_is_refused_for_good() throws Exception {
        Grant old = registerAnn();
        clock.advance(1);
        revokedBefore.set(clock.getAsLong());
        Grant later = logInAnn();

        assertThat(refusal(refresh(old.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);

        assertThat(revoked).containsExactly(ofFamily(old));
        revokedBefore.set(0);
        assertThat(refusal(refresh(old.refreshToken())))
                .as("also when the revocation is forgotten")
                .isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        granted(refresh(later.refreshToken()));
    }

    /** A refresh between the time and the store's step makes tokens that are newer than the time. */
    @Test
    void logins_of_a_revoked_user_end_also_where_they_were_refreshed_since() throws Exception {
        Grant old = registerAnn();
        clock.advance(1);
        long time = clock.getAsLong();
        clock.advance(1);
        Grant refreshed = granted(refresh(old.refreshToken()));
        Grant later = logInAnn();

        done(responder().revoked(new Revocation.OfUser(old.profile().id(), time)));

        assertThat(revoked).containsExactly(ofFamily(old));
        assertThat(refusal(refresh(refreshed.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        granted(refresh(later.refreshToken()));
    }

    private AccountResponder responder() {
        return new AccountResponder(
                Optional.of(new AccountResponder.Services(accounts, refresher, factors, Optional.empty())),
                Optional.empty());
    }

    @Test
    void login_that_an_operator_revokes_can_not_be_refreshed() throws Exception {
        Grant grant = registerAnn();
        Grant other = logInAnn();

        done(responder().revoked(ofFamily(grant)));

        assertThat(refusal(refresh(grant.refreshToken()))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        granted(refresh(other.refreshToken()));
    }

    @Test
    void refresh_during_a_ban_is_refused_and_uses_up_nothing() throws Exception {
        Grant first = registerAnn();
        Optional<UserId> ann = Optional.of(first.profile().id());

        for (int i = 0; i < 3; i++) {
            assertThat(refusal(refresh(first, ann))).isEqualTo(GrantRefusal.BANNED);
            clock.advance(60_000);
        }
        Grant second = granted(refresh(first.refreshToken()));
        assertThat(events.all()).isEmpty();
        assertThat(refusal(refresh(first, ann))).as("within its grace").isEqualTo(GrantRefusal.BANNED);
        assertThat(granted(refresh(first.refreshToken())).refreshToken()).isEqualTo(second.refreshToken());
        assertThat(granted(done(refresher.refresh(
                        new Refresh(second.refreshToken(), Optional.of(new UserId("u:other")), Optional.empty())))))
                .as("a token of another user")
                .isNotNull();
    }

    @Test
    void ban_hides_no_reuse_and_is_not_told_for_a_wrong_token() throws Exception {
        Grant first = registerAnn();
        Optional<UserId> ann = Optional.of(first.profile().id());
        Grant second = granted(refresh(first.refreshToken()));
        String wrong = second.refreshToken().substring(0, second.refreshToken().lastIndexOf('.') + 1) + "A".repeat(43);
        assertThat(refusal(done(refresher.refresh(new Refresh(wrong, ann, Optional.empty())))))
                .isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
        clock.advance(60_000);

        assertThat(refusal(refresh(first, ann))).isEqualTo(GrantRefusal.REUSED_TOKEN);
        assertThat(refusal(refresh(second, ann))).isEqualTo(GrantRefusal.UNKNOWN_TOKEN);
    }

    private GrantResult refresh(Grant grant, Optional<UserId> banned) throws Exception {
        return done(refresher.refresh(new Refresh(grant.refreshToken(), banned, Optional.empty())));
    }

    private GrantResult refresh(String token) throws Exception {
        return done(refresher.refresh(refreshOf(token)));
    }

    private static OfFamily ofFamily(Grant grant) {
        return new OfFamily(sidOf(grant), Optional.of(grant.profile().id()));
    }

    static FlatJson claimsOf(Grant grant) {
        return FlatJson.parse(Base64.getUrlDecoder().decode(grant.accessToken().split("\\.", -1)[1]))
                .orElseThrow();
    }

    private static String sidOf(Grant grant) {
        return claimsOf(grant).text("sid").orElseThrow();
    }

    static Grant granted(GrantResult result) {
        return result.fold(grant -> grant, refused -> {
            throw new AssertionError(refused.why());
        });
    }

    static GrantRefusal refusal(GrantResult result) {
        return result.fold(
                grant -> {
                    throw new AssertionError("granted");
                },
                GrantResult.Refused::why);
    }

    /** Of each kind, in milliseconds. What else the machine does makes some longer, and none shorter. */
    @SafeVarargs
    private static long[] shortest(Supplier<Future<GrantResult>>... kinds) throws Exception {
        int rounds = 7;
        long[][] runs = new long[kinds.length][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int kind = 0; kind < kinds.length; kind++) {
                long begin = System.nanoTime();
                done(kinds[kind].get());
                runs[kind][round] = System.nanoTime() - begin;
            }
        }
        return Arrays.stream(runs)
                .mapToLong(each ->
                        TimeUnit.NANOSECONDS.toMillis(Arrays.stream(each).min().orElseThrow()))
                .toArray();
    }

    private static List<GrantResult> together(int count, Supplier<Future<GrantResult>> step) throws Exception {
        List<Future<GrantResult>> all = new ArrayList<>();
        IntStream.range(0, count).forEach(i -> all.add(step.get()));
        return Future.all(all).await(60, TimeUnit.SECONDS).list();
    }
}

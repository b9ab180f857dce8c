package dev.portcullis.auth.account;

import dev.portcullis.auth.account.AccountMailer.Mailed;
import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.auth.account.AccountStore.Creation;
import dev.portcullis.auth.account.Accounts.ChangePassword;
import dev.portcullis.auth.account.Accounts.CheckPassword;
import dev.portcullis.auth.account.Accounts.LogIn;
import dev.portcullis.auth.account.Accounts.Register;
import dev.portcullis.auth.account.GrantResult.Granted;
import dev.portcullis.auth.account.GrantResult.Refused;
import dev.portcullis.auth.factor.SecondFactors;
import dev.portcullis.auth.mail.LinkPurpose;
import dev.portcullis.auth.password.PasswordHasher;
import dev.portcullis.auth.password.PasswordHasher.Checked;
import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshFamily;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

/** Registers users, logs them in and out, and changes their passwords. One for a node. */
public final class AccountService {
    /** Has no account. It is looked for where an address has none, so that the answer takes as long. */
    private static final UserId ABSENT = new UserId(AccountsConfig.USER_PREFIX + "absent");

    private final AccountStore store;
    private final RegistrationGate gate;
    private final PasswordHasher hasher;
    private final SecondFactors factors;
    private final LoginPolicy logins;
    private final LoginEnder ender;
    private final GrantIssuer issuer;
    private final Optional<AccountMailer> mailer;
    private final LongSupplier clock;

    /** @param mailer empty where no mail is sent */
    public AccountService(
            AccountsConfig config,
            AccountKeys keys,
            AccountStore store,
            RegistrationGate gate,
            PasswordHasher hasher,
            Revoker revoker,
            Optional<AccountMailer> mailer,
            LongSupplier clock) {
        this.store = store;
        this.gate = gate;
        this.hasher = hasher;
        this.factors = keys.secondFactors();
        this.logins = new LoginPolicy(config);
        this.ender = new LoginEnder(store, revoker, logins);
        this.issuer = new GrantIssuer(keys, config);
        this.mailer = mailer;
        this.clock = clock;
    }

    public Future<GrantResult> register(Register request) {
        return RegistrationForm.judge(request).map(AccountService::refused).orElseGet(() -> {
            UserId user = issuer.newUser();
            return gate.admit(request.invitation(), user)
                    .compose(refusal ->
                            refusal.map(AccountService::refused).orElseGet(() -> registerAdmitted(user, request)));
        });
    }

    /** Where it is unknown whether the account was created, the invitation stays used. */
    private Future<GrantResult> registerAdmitted(UserId user, Register request) {
        return hasher.hash(request.turn(), request.password())
                .recover(late -> gate.giveBack(request.invitation(), user).compose(any -> Future.failedFuture(late)))
                .compose(hashed -> hashed.fold(
                        hash -> create(
                                new Account(
                                        user,
                                        EmailAddress.parse(request.email()).orElseThrow(),
                                        Username.parse(request.username()).orElseThrow(),
                                        hash,
                                        clock.getAsLong(),
                                        false),
                                request),
                        notRun -> busy(request.turn())))
                .compose(result -> result.fold(
                        grant -> Future.succeededFuture(result),
                        refused -> gate.giveBack(request.invitation(), user).map(result)));
    }

    public Future<GrantResult> logIn(LogIn request) {
        return logIn(request, true);
    }

    /** Changes the password, and ends all other logins. The calling one gets another refresh token. */
    public Future<GrantResult> changePassword(ChangePassword request) {
        return store.find(request.user())
                .transform(read -> read.failed()
                        ? refused(GrantRefusal.UNREAD)
                        : read.result()
                                .map(state -> changePassword(state.account(), request))
                                .orElseGet(() -> refused(GrantRefusal.WRONG_CREDENTIALS)));
    }

    /** Idempotent, also for a user without an account, whose tokens another issuer gave a {@code sid}. */
    public Future<Void> logOut(UserId user, String sid) {
        long now = clock.getAsLong();
        return store.update(
                        user,
                        state -> state.family(sid)
                                .filter(RefreshFamily::isLive)
                                .map(login -> Change.to(state.with(login.end(now)), sid))
                                .orElseGet(() -> Change.none(sid)))
                .compose(any -> ender.finish(user, List.of(sid)));
    }

    /** Ends the logins of a user that began before a time. Idempotent, also for a user without an account. */
    Future<Void> endBegunBefore(UserId user, long time) {
        long now = clock.getAsLong();
        return store.update(user, state -> {
                    AccountState next = logins.endBegunBefore(state, time, now);
                    return Change.to(next, next);
                })
                .compose(updated -> updated.map(ender::finish).orElseGet(Future::succeededFuture));
    }

    /** Empty if the password is that of the account. */
    public Future<Optional<GrantRefusal>> checkPassword(CheckPassword request) {
        return store.find(request.user())
                .transform(read -> read.failed()
                        ? Future.succeededFuture(Optional.of(GrantRefusal.UNREAD))
                        : hasher.check(
                                        PasswordTurn.ofUser(request.user()),
                                        request.password(),
                                        read.result()
                                                .map(state -> state.account().passwordHash()))
                                .map(result -> result.fold(
                                        checked -> checked.matches()
                                                ? Optional.empty()
                                                : Optional.of(GrantRefusal.WRONG_CREDENTIALS),
                                        notRun -> Optional.of(GrantRefusal.BUSY))));
    }

    /** The logins that can still be refreshed; empty for a user without an account. */
    public Future<Optional<List<LoginEntry>>> logins(UserId user) {
        long now = clock.getAsLong();
        return store.find(user)
                .map(found -> found.map(state -> state.families().stream()
                        .filter(login -> logins.isLive(login, now))
                        .map(LoginEntry::of)
                        .toList()));
    }

    /** A login that has ended already counts as found for as long as its row has it: what was left undone is done then. */
    public Future<Boolean> endLogin(UserId user, String sid) {
        return store.find(user)
                .compose(found -> found.flatMap(state -> state.family(sid))
                        .map(login -> logOut(user, sid).map(true))
                        .orElseGet(() -> Future.succeededFuture(false)));
    }

    public Future<Optional<AccountProfile>> find(UserId user) {
        return store.find(user).map(found -> found.map(state -> state.account().profile(mailer.isPresent())));
    }

    private Future<GrantResult> create(Account account, Register request) {
        long now = account.createdAt();
        RefreshFamily login =
                issuer.newLogin(request.refreshInBody(), request.device().orElse(LoginDevice.UNKNOWN), now);
        AccountState state = new AccountState(account, List.of(login));
        String network = request.turn().network();
        Optional<Mailed> mailed = mailer.filter(
                        each -> each.takePace(LinkPurpose.VERIFY, network, account.email(), now) == 0)
                .map(each -> each.withLink(state, now));
        return store.create(mailed.map(Mailed::state).orElse(state))
                .onSuccess(creation -> mailed.filter(any -> creation == Creation.CREATED)
                        .ifPresentOrElse(
                                each -> mailer.orElseThrow().send(each.letter(), Optional.of(network)),
                                () -> mailed.ifPresent(each -> mailer.orElseThrow()
                                        .giveBackPace(LinkPurpose.VERIFY, network, account.email(), now))))
                .compose(creation -> creation == Creation.CREATED
                        ? granted(account, login, now)
                        : refused(
                                creation == Creation.EMAIL_TAKEN
                                        ? GrantRefusal.EMAIL_TAKEN
                                        : GrantRefusal.USERNAME_TAKEN));
    }

    /** @param again whether to start over if the password is changed meanwhile */
    private Future<GrantResult> logIn(LogIn request, boolean again) {
        return accountOf(EmailAddress.parse(request.email()))
                .transform(read -> read.failed()
                        ? untried(refused(GrantRefusal.UNREAD), again)
                        : check(read.result(), request, again));
    }

    private Future<GrantResult> check(Optional<AccountState> found, LogIn request, boolean again) {
        return hasher.check(
                        request.turn(),
                        request.password(),
                        found.map(state -> state.account().passwordHash()))
                .compose(result -> result.fold(
                        checked -> checked.matches()
                                ? begin(found.orElseThrow(), checked, request, again)
                                : refused(GrantRefusal.WRONG_CREDENTIALS),
                        notRun -> untried(busy(request.turn()), again)));
    }

    /** The second time a password was compared before, so it is no refusal that costs a client nothing. */
    private static Future<GrantResult> untried(Future<GrantResult> refused, boolean first) {
        return first ? refused : Future.failedFuture(new RejectedExecutionException("the second check did not run"));
    }

    private Future<GrantResult> busy(PasswordTurn turn) {
        return Future.succeededFuture(new Refused(GrantRefusal.BUSY, hasher.challenge(turn)));
    }

    /** Reads as often for an account that does not exist (CWE-208). */
    private Future<Optional<AccountState>> accountOf(Optional<EmailAddress> email) {
        return email.map(store::userOf)
                .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                .compose(user -> store.find(user.orElse(ABSENT)))
                .map(found -> found.filter(
                        state -> email.filter(state.account().email()::equals).isPresent()));
    }

    private Future<GrantResult> begin(AccountState checkedState, Checked checked, LogIn request, boolean again) {
        String hash = checkedState.account().passwordHash();
        long now = clock.getAsLong();
        RefreshFamily login =
                issuer.newLogin(request.refreshInBody(), request.device().orElse(LoginDevice.UNKNOWN), now);
        return ender.finish(checkedState)
                .compose(any -> store.update(checkedState.account().id(), state -> {
                    if (!state.account().passwordHash().equals(hash)) { // the checked password is an old one by now
                        return Change.none(Optional.<Begun>empty());
                    }
                    Optional<AccountState> proven = proven(state, request.code(), now);
                    if (proven.isEmpty()) {
                        return Change.none(Optional.of(new Begun(
                                state,
                                Optional.of(
                                        request.code().isPresent()
                                                ? GrantRefusal.WRONG_CODE
                                                : GrantRefusal.SECOND_FACTOR_REQUIRED))));
                    }
                    AccountState next = logins.begin(rehashed(proven.get(), checked), login, now);
                    return Change.to(next, Optional.of(new Begun(next, Optional.empty())));
                }))
                .compose(updated -> updated.flatMap(each -> each)
                        .map(begun -> begun.refusal
                                .map(AccountService::refused)
                                .orElseGet(() -> ender.finish(begun.state)
                                        .compose(any -> granted(begun.state.account(), login, now))))
                        .orElseGet(() -> again ? logIn(request, false) : refused(GrantRefusal.WRONG_CREDENTIALS)));
    }

    /** The account as a login made it, or why there is none. */
    private record Begun(AccountState state, Optional<GrantRefusal> refusal) {}

    /** The account after the code was used; empty if it needs one and this is none. */
    private Optional<AccountState> proven(AccountState state, Optional<String> code, long now) {
        return state.confirmedFactor()
                .map(factor -> code.flatMap(each -> factors.use(state.account().id(), factor, each, now))
                        .map(used -> state.withFactor(Optional.of(used))))
                .orElseGet(() -> Optional.of(state));
    }

    private static AccountState rehashed(AccountState state, Checked checked) {
        return checked.replacement()
                .map(hash -> state.with(state.account().withPassword(hash)))
                .orElse(state);
    }

    private Future<GrantResult> changePassword(Account account, ChangePassword request) {
        Optional<GrantRefusal> weak =
                RegistrationForm.judge(request.newPassword(), account.email(), account.username());
        if (weak.isPresent()) {
            return refused(weak.get());
        }
        return hasher.replace(
                        PasswordTurn.ofUser(account.id()),
                        request.currentPassword(),
                        account.passwordHash(),
                        request.newPassword())
                .compose(result -> result.fold(
                        hash -> hash.map(next -> changePassword(account, request, next))
                                .orElseGet(() -> refused(GrantRefusal.WRONG_CREDENTIALS)),
                        notRun -> refused(GrantRefusal.BUSY)));
    }

    private Future<GrantResult> changePassword(Account checked, ChangePassword request, String hash) {
        long now = clock.getAsLong();
        RefreshFamily fresh = issuer.newLogin(false, request.device().orElse(LoginDevice.UNKNOWN), now);
        return store.update(checked.id(), state -> {
                    if (!state.account().passwordHash().equals(checked.passwordHash())) {
                        return Change.none(Optional.<Changed>empty());
                    }
                    RefreshFamily login = request.sid()
                            .flatMap(state::family)
                            .filter(each -> logins.isLive(each, now))
                            .map(each -> each.rotate(request.device().orElse(LoginDevice.UNKNOWN), now))
                            .orElse(fresh);
                    AccountState next = logins.endOthers(state, login.id(), now)
                            .with(login)
                            .with(state.account().withPassword(hash));
                    return Change.to(next, Optional.of(new Changed(next, login)));
                })
                .compose(updated -> updated.flatMap(each -> each)
                        .map(changed -> ender.finish(changed.state)
                                .compose(any -> granted(changed.state.account(), changed.login, now)))
                        .orElseGet(() -> refused(GrantRefusal.WRONG_CREDENTIALS)));
    }

    private record Changed(AccountState state, RefreshFamily login) {}

    private Future<GrantResult> granted(Account account, RefreshFamily login, long now) {
        return Future.succeededFuture(new Granted(issuer.grant(account, login, now)));
    }

    private static Future<GrantResult> refused(GrantRefusal why) {
        return Future.succeededFuture(new Refused(why));
    }
}

package dev.portcullis.edge.api;

import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.Accounts.ChangePassword;
import dev.portcullis.auth.account.Accounts.LogIn;
import dev.portcullis.auth.account.Accounts.Register;
import dev.portcullis.auth.account.EmailAddress;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.account.GrantResult;
import dev.portcullis.auth.account.RegistrationForm;
import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.auth.password.PasswordTurn.Known;
import dev.portcullis.auth.password.Precedence;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.login.LoginAttempt;
import dev.portcullis.ratelimit.login.LoginAttempt.ClaimedDevice;
import dev.portcullis.ratelimit.login.LoginLimiter;
import dev.portcullis.ratelimit.login.LoginLimiter.KnownClient;
import dev.portcullis.ratelimit.login.LoginVerdict;
import dev.portcullis.ratelimit.login.LoginVerdict.Admitted;
import dev.portcullis.ratelimit.login.LoginVerdict.LoginHistory;
import dev.portcullis.ratelimit.login.LoginVerdict.Times;
import dev.portcullis.ratelimit.login.PasswordCheck;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The calls with a password. Each asks the limits first, then the stage that checks the password; a login asks the limits
 * again before the client learns the result. A failed future means that one of them did not answer: then nothing is told.
 */
public final class PasswordCalls {
    private static final String PASSWORD = "password";
    /** The name of the field with it. */
    static final String NEW_PASSWORD = "newPassword";

    private final Accounts accounts;
    private final LoginLimiter limits;

    public PasswordCalls(Accounts accounts, LoginLimiter limits) {
        this.accounts = accounts;
        this.limits = limits;
    }

    /** Judges the form first: who meets the rule for passwords for the first time must not spend the logins of an office. */
    Future<Result<Granted, Denied>> register(List<String> address, Register request) {
        return RegistrationForm.judge(request)
                .<Future<Result<Granted, Denied>>>map(why -> refused(Denied.of(why, PASSWORD)))
                .orElseGet(() -> registerAdmitted(address, request));
    }

    private Future<Result<Granted, Denied>> registerAdmitted(List<String> address, Register request) {
        LoginAttempt attempt = LoginAttempt.toRegister(address);
        return admitted(
                attempt,
                admitted -> unlessUntried(
                                attempt.admitted(admitted),
                                accounts.register(request.at(turn(admitted, attempt, request.turn()))))
                        .compose(result -> result.fold(
                                grant -> registered(
                                        accountKey(request.email()),
                                        address,
                                        new Granted(grant, Optional.of(DeviceToken.next()))),
                                refused -> refused(Denied.of(refused, PASSWORD)))));
    }

    /** The account is there now, whatever the limits say: they only learn where it is used. */
    private Future<Result<Granted, Denied>> registered(String account, List<String> address, Granted outcome) {
        return limits.settle(PasswordCheck.right(account, address, outcome.device()))
                .transform(any -> knowOnly(account, address, outcome.device()))
                .map(Result.done(outcome));
    }

    /**
     * @param address the keys of the client's address
     * @param device the token that the client brings
     * @param ofAddress why the address refuses all but devices that the account knows (CWE-645)
     */
    Future<Result<Granted, Denied>> logIn(
            List<String> address, Optional<String> device, Optional<Denied> ofAddress, LogIn request) {
        if (ofAddress.isPresent() && device.isEmpty()) {
            return refused(ofAddress.get());
        }
        LoginAttempt attempt = LoginAttempt.toLogIn(accountKey(request.email()), address, device);
        return admitted(attempt, admitted -> {
            LoginAttempt counted = attempt.admitted(admitted);
            if (keepsOut(ofAddress, admitted)) {
                return limits.giveBack(counted).transform(any -> refused(ofAddress.get()));
            }
            return unlessUntried(counted, accounts.logIn(request.at(turn(admitted, attempt, request.turn()))))
                    .compose(result -> settled(counted, result));
        });
    }

    /**
     * A mail with a link for a new password counts for the address as a registration does: otherwise one client could have
     * mails sent to any number of users. With a device that the account knows, it counts like a login with that device.
     *
     * @param ofAddress why the address refuses all but devices that the account knows
     */
    Future<Optional<Denied>> askReset(
            List<String> address,
            String email,
            Optional<String> device,
            Optional<Denied> ofAddress,
            Supplier<Future<Optional<GrantRefusal>>> call) {
        if (ofAddress.isPresent() && device.isEmpty()) {
            return Future.succeededFuture(ofAddress);
        }
        LoginAttempt attempt = LoginAttempt.toReset(accountKey(email), address, device);
        return limits.admit(attempt)
                .compose(verdict -> verdict.fold(
                        admitted -> keepsOut(ofAddress, admitted)
                                ? limits.giveBack(attempt.admitted(admitted))
                                        .transform(any -> Future.succeededFuture(ofAddress))
                                : unlessUntried(attempt.admitted(admitted), call.get(), Optional::isPresent)
                                        .map(refusal -> refusal.map(why -> Denied.of(why, PASSWORD))),
                        (limit, wait) -> Future.succeededFuture(Optional.of(Denied.of(limit, wait)))));
    }

    private static boolean keepsOut(Optional<Denied> ofAddress, Admitted admitted) {
        return ofAddress.isPresent() && admitted.history() != LoginHistory.KNOWN_DEVICE;
    }

    /** A wrong current password counts like a failed login of the account. The address counts no login. */
    Future<Result<Granted, Denied>> changePassword(List<String> address, ChangePassword request) {
        return accounts.find(request.user())
                .compose(found -> found.map(profile -> changePassword(accountKey(profile.email()), address, request))
                        .orElseGet(() -> refused(Denied.of(HttpRefusal.NOT_FOUND))));
    }

    /**
     * Each counts as a failure, before it is tried: of many guesses at one time the right one takes effect, so it is too
     * late to refuse it when they are settled (CWE-367). And a client whose password is changed must get its new tokens.
     */
    private Future<Result<Granted, Denied>> changePassword(
            String account, List<String> address, ChangePassword request) {
        return limits.settle(PasswordCheck.ofUser(account, request.sid()))
                .compose(verdict -> after(
                        verdict,
                        any -> unlessUntried(
                                        LoginAttempt.ofUser(account, request.sid()), accounts.changePassword(request))
                                .compose(result -> result.fold(
                                        grant -> knowOnly(account, address, Optional.of(DeviceToken.next()))
                                                .map(device -> Result.done(new Granted(grant, device))),
                                        refused -> refused(Denied.of(refused, NEW_PASSWORD))))));
    }

    /**
     * A user has proved who they are by a link of a mail: the account knows their client from now on, and no other, and the
     * limits keep out neither (CWE-645).
     *
     * @return the token of the device; empty where the account is gone, or could not be asked for
     */
    Future<Optional<String>> knowOnly(List<String> address, UserId user) {
        return accounts.find(user)
                .compose(found -> found.map(profile ->
                                knowOnly(accountKey(profile.email()), address, Optional.of(DeviceToken.next())))
                        .orElseGet(() -> Future.succeededFuture(Optional.empty())))
                .otherwise(Optional.empty());
    }

    /** Is best effort: what was asked for has taken effect. */
    private Future<Optional<String>> knowOnly(String account, List<String> address, Optional<String> device) {
        return limits.knowOnly(new KnownClient(account, address, device))
                .map(device)
                .otherwise(Optional.empty());
    }

    /**
     * Begins what a user who is logged in may do with the right password. Where it does not begin, the try does not count: the
     * password was right, so nothing was guessed.
     *
     * @param user by the token
     * @param begin empty if it can't begin now
     * @param why the denial that the user gets then
     */
    <T> Future<Result<T, Denied>> confirmed(
            TokenClaims user, String password, Supplier<Optional<T>> begin, Denied why) {
        return ofAccount(
                user,
                attempt -> this.<Optional<GrantRefusal>>counted(
                                attempt, () -> accounts.checkPassword(user.userId(), password), refusal -> refusal)
                        .compose(checked -> checked.fold(right -> begin(attempt, begin, why), PasswordCalls::refused)));
    }

    private <T> Future<Result<T, Denied>> begin(LoginAttempt attempt, Supplier<Optional<T>> begin, Denied why) {
        Optional<T> begun = begin.get();
        return begun.isPresent()
                ? Future.succeededFuture(Result.done(begun.get()))
                : limits.giveBack(attempt).transform(any -> refused(why));
    }

    /**
     * A call of a user who is logged in, with a password or a code that is tried. It counts as for {@link #changePassword},
     * and for the same reason.
     *
     * @param user by the token
     * @param refusal why the stage refuses it, if it does
     */
    <T> Future<Result<T, Denied>> counted(
            TokenClaims user, Supplier<Future<T>> call, Function<T, Optional<GrantRefusal>> refusal) {
        return ofAccount(user, attempt -> counted(attempt, call, refusal));
    }

    private <T> Future<Result<T, Denied>> ofAccount(
            TokenClaims user, Function<LoginAttempt, Future<Result<T, Denied>>> call) {
        return accounts.find(user.userId())
                .compose(found -> found.map(
                                profile -> call.apply(LoginAttempt.ofUser(accountKey(profile.email()), user.family())))
                        .orElseGet(() -> refused(Denied.of(HttpRefusal.NOT_FOUND))));
    }

    private <T> Future<Result<T, Denied>> counted(
            LoginAttempt attempt, Supplier<Future<T>> call, Function<T, Optional<GrantRefusal>> refusal) {
        return limits.settle(PasswordCheck.ofUser(attempt.account().orElseThrow(), attempt.login()))
                .compose(verdict -> verdict.fold(
                        any -> unlessUntried(
                                        attempt,
                                        call.get(),
                                        answer -> refusal.apply(answer)
                                                .filter(GrantRefusal::isUntried)
                                                .isPresent())
                                .map(answer -> refusal.apply(answer)
                                        .map(why -> Result.<T, Denied>refused(Denied.of(why, PASSWORD)))
                                        .orElseGet(() -> Result.done(answer))),
                        (limit, wait) -> refused(Denied.of(limit, wait))));
    }

    /** Work counts for one address and one account, so that it serves no other login. */
    private static PasswordTurn turn(Admitted admitted, LoginAttempt attempt, PasswordTurn asked) {
        Precedence precedence = switch (admitted.history()) {
            case KNOWN_ADDRESS, KNOWN_DEVICE -> Precedence.KNOWN;
            case NO_FAILURES -> Precedence.UNFAILED;
            case FAILURES -> Precedence.FAILED;
        };
        String address = attempt.address().get(0);
        String account = attempt.account().orElse("");
        boolean rested = admitted.times().filter(Times.FIRST::equals).isPresent();
        String payer = rested || admitted.history() == LoginHistory.KNOWN_DEVICE ? account : address;
        return new PasswordTurn(
                precedence,
                address + " " + account,
                asked.work(),
                admitted.times().map(any -> new Known(payer, rested)));
    }

    private Future<Result<Granted, Denied>> admitted(
            LoginAttempt attempt, Function<Admitted, Future<Result<Granted, Denied>>> then) {
        return limits.admit(attempt).compose(verdict -> after(verdict, then));
    }

    /**
     * The call, whose attempt no longer counts where nothing was tried (CWE-645). An attempt that may have been tried counts,
     * also where the answer is lost: otherwise guesses would be free (CWE-307).
     */
    private Future<GrantResult> unlessUntried(LoginAttempt attempt, Future<GrantResult> call) {
        return unlessUntried(
                attempt,
                call,
                result -> result.fold(grant -> false, refused -> refused.why().isUntried()));
    }

    private <T> Future<T> unlessUntried(LoginAttempt attempt, Future<T> call, Predicate<T> untried) {
        return call.transform(
                done -> isUntried(done, untried) ? limits.giveBack(attempt).transform(any -> call) : call);
    }

    private static <T> boolean isUntried(AsyncResult<T> done, Predicate<T> untried) {
        return done.succeeded()
                ? untried.test(done.result())
                : done.cause() instanceof BusFailure failure && !failure.kind().mayHaveRun();
    }

    private Future<Result<Granted, Denied>> settled(LoginAttempt counted, GrantResult result) {
        String account = counted.account().orElseThrow();
        Optional<String> known = counted.device().map(ClaimedDevice::token);
        return result.fold(
                grant -> {
                    Optional<String> device = known.or(() -> Optional.of(DeviceToken.next()));
                    return settled(
                            PasswordCheck.right(account, counted.address(), device),
                            Result.done(new Granted(grant, device)));
                },
                refused -> refused.why().isFailedLogin()
                        ? settled(
                                PasswordCheck.failed(
                                        account,
                                        counted.address(),
                                        refused.why() == GrantRefusal.SECOND_FACTOR_REQUIRED,
                                        known),
                                Result.refused(Denied.of(refused, PASSWORD)))
                        : refused(Denied.of(refused, PASSWORD)));
    }

    private Future<Result<Granted, Denied>> settled(PasswordCheck check, Result<Granted, Denied> told) {
        return limits.settle(check).compose(verdict -> after(verdict, any -> Future.succeededFuture(told)));
    }

    private static Future<Result<Granted, Denied>> after(
            LoginVerdict verdict, Function<Admitted, Future<Result<Granted, Denied>>> then) {
        return verdict.fold(then, (limit, wait) -> refused(Denied.of(limit, wait)));
    }

    private static <T> Future<Result<T, Denied>> refused(Denied why) {
        return Future.succeededFuture(Result.refused(why));
    }

    /**
     * The key under which the failed logins of an account count: the hash of its address, in the form in which the stage compares
     * addresses, so that another spelling gains nothing. An address without an account has one too, and tells nothing (CWE-204).
     */
    static String accountKey(String email) {
        return Sha256.base64Url(
                EmailAddress.parse(email).map(EmailAddress::value).orElseGet(() -> email.toLowerCase(Locale.ROOT)));
    }
}

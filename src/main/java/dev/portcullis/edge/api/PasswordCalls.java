package dev.portcullis.edge.api;

import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.Accounts.ChangePassword;
import dev.portcullis.auth.account.Accounts.LogIn;
import dev.portcullis.auth.account.Accounts.Register;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.account.GrantResult;
import dev.portcullis.edge.api.GrantOutcome.Denied;
import dev.portcullis.edge.api.GrantOutcome.Granted;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.ratelimit.login.LoginAttempt;
import dev.portcullis.ratelimit.login.LoginLimiter;
import dev.portcullis.ratelimit.login.LoginVerdict;
import dev.portcullis.ratelimit.login.PasswordCheck;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The calls with a password. Each asks the limits first, then the stage that checks the password; a login asks the limits
 * again before the client learns the result. A failed future means that one of them did not answer: then nothing is told.
 */
final class PasswordCalls {
    private static final String PASSWORD = "password";
    private static final String NEW_PASSWORD = "newPassword";

    private final Accounts accounts;
    private final LoginLimiter limits;

    PasswordCalls(Accounts accounts, LoginLimiter limits) {
        this.accounts = accounts;
        this.limits = limits;
    }

    /** @param address the keys of the client's address */
    Future<GrantOutcome> register(List<String> address, Register request) {
        return admitted(
                new LoginAttempt(address, Optional.empty()),
                () -> accounts.register(request)
                        .compose(result -> result.fold(
                                grant -> registered(AccountKey.of(request.email()), address, new Granted(grant)),
                                why -> Future.succeededFuture(Denied.of(why, PASSWORD)))));
    }

    /** The account is there now, whatever the limits say: they only learn where it is used. */
    private Future<GrantOutcome> registered(String account, List<String> address, GrantOutcome outcome) {
        return limits.settle(new PasswordCheck(account, false, address))
                .transform(any -> Future.succeededFuture(outcome));
    }

    /** @param address the keys of the client's address */
    Future<GrantOutcome> logIn(List<String> address, LogIn request) {
        String account = AccountKey.of(request.email());
        return admitted(
                new LoginAttempt(address, Optional.of(account)),
                () -> accounts.logIn(request).compose(result -> settled(account, address, result)));
    }

    /** A wrong current password counts like a failed login of the account. The address counts no login. */
    Future<GrantOutcome> changePassword(ChangePassword request) {
        return accounts.find(request.user())
                .compose(found -> found.map(profile -> changePassword(AccountKey.of(profile.email()), request))
                        .orElseGet(() -> Future.succeededFuture(Denied.of(HttpRefusal.NOT_FOUND))));
    }

    /**
     * Each counts as a failure, before it is tried: of many guesses at one time the right one takes effect, so it is too
     * late to refuse it when they are settled (CWE-367). And a client whose password is changed must get its new tokens.
     */
    private Future<GrantOutcome> changePassword(String account, ChangePassword request) {
        return limits.settle(new PasswordCheck(account, true, List.of()))
                .compose(verdict -> after(
                        verdict,
                        () -> accounts.changePassword(request)
                                .map(result -> result.fold(Granted::new, why -> Denied.of(why, NEW_PASSWORD)))));
    }

    private Future<GrantOutcome> admitted(LoginAttempt attempt, Supplier<Future<GrantOutcome>> then) {
        return limits.admit(attempt).compose(verdict -> after(verdict, then));
    }

    private Future<GrantOutcome> settled(String account, List<String> address, GrantResult result) {
        return result.fold(
                grant -> settled(new PasswordCheck(account, false, address), new Granted(grant)),
                why -> why == GrantRefusal.WRONG_CREDENTIALS
                        ? settled(new PasswordCheck(account, true, address), Denied.of(why, PASSWORD))
                        : Future.succeededFuture(Denied.of(why, PASSWORD)));
    }

    private Future<GrantOutcome> settled(PasswordCheck check, GrantOutcome told) {
        return limits.settle(check).compose(verdict -> after(verdict, () -> Future.succeededFuture(told)));
    }

    private static Future<GrantOutcome> after(LoginVerdict verdict, Supplier<Future<GrantOutcome>> then) {
        return verdict.fold(then, (limit, wait) -> Future.succeededFuture(Denied.of(limit, wait)));
    }
}

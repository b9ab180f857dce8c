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
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The calls with a password. Each asks the limits first, then the stage that checks the password, then the limits again
 * before the client learns the result. A failed future means that one of them did not answer: then nothing is told.
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
                        .map(result -> result.fold(Granted::new, why -> Denied.of(why, PASSWORD))));
    }

    /** @param address the keys of the client's address */
    Future<GrantOutcome> logIn(List<String> address, LogIn request) {
        String account = AccountKey.of(request.email());
        return admitted(
                new LoginAttempt(address, Optional.of(account)),
                () -> accounts.logIn(request).compose(result -> settled(account, result, PASSWORD)));
    }

    /** A wrong current password counts as a failed login of the account. The address counts no login. */
    Future<GrantOutcome> changePassword(ChangePassword request) {
        return accounts.find(request.user())
                .compose(found -> found.map(profile -> changePassword(AccountKey.of(profile.email()), request))
                        .orElseGet(() -> Future.succeededFuture(Denied.of(HttpRefusal.NOT_FOUND))));
    }

    private Future<GrantOutcome> changePassword(String account, ChangePassword request) {
        return admitted(
                new LoginAttempt(List.of(), Optional.of(account)),
                () -> accounts.changePassword(request).compose(result -> settled(account, result, NEW_PASSWORD)));
    }

    private Future<GrantOutcome> admitted(LoginAttempt attempt, Supplier<Future<GrantOutcome>> then) {
        return limits.admit(attempt).compose(verdict -> after(verdict, then));
    }

    private Future<GrantOutcome> settled(String account, GrantResult result, String field) {
        Function<GrantOutcome, Future<GrantOutcome>> told = outcome -> Future.succeededFuture(outcome);
        return result.fold(
                grant -> settled(account, false, () -> told.apply(new Granted(grant))),
                why -> why == GrantRefusal.WRONG_CREDENTIALS
                        ? settled(account, true, () -> told.apply(Denied.of(why, field)))
                        : told.apply(Denied.of(why, field)));
    }

    private Future<GrantOutcome> settled(String account, boolean failed, Supplier<Future<GrantOutcome>> then) {
        return limits.settle(new PasswordCheck(account, failed)).compose(verdict -> after(verdict, then));
    }

    private static Future<GrantOutcome> after(LoginVerdict verdict, Supplier<Future<GrantOutcome>> then) {
        return verdict.fold(then, (limit, wait) -> Future.succeededFuture(Denied.of(limit, wait)));
    }
}

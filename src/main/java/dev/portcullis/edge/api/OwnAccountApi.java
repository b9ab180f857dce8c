package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.LoginEntry;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.edge.api.GrantOutcome.Denied;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Shows users their own logins, and ends the logins or the account for them. */
final class OwnAccountApi {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final Accounts accounts;
    private final PasswordCalls passwords;
    private final LimitedCalls calls;
    private final AccountDeletion deletion;
    private final AuthCookies cookies;
    private final ApiAudit audit;
    private final OwnAccountAnswers answers;
    private final LongSupplier clock;

    /** @param clock the one that all nodes share */
    OwnAccountApi(
            Accounts accounts,
            PasswordCalls passwords,
            LimitedCalls calls,
            AccountDeletion deletion,
            AuthCookies cookies,
            ApiAudit audit,
            OwnAccountAnswers answers,
            LongSupplier clock) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.calls = calls;
        this.deletion = deletion;
        this.cookies = cookies;
        this.audit = audit;
        this.answers = answers;
        this.clock = clock;
    }

    RouterBuilder bind(RouterBuilder router, boolean enabled) {
        return router.bind("listLogins", enabled, calls.as(CallAction.OWN_ACCOUNT, this::logins))
                .bind("endLogin", enabled, calls.as(CallAction.OWN_ACCOUNT, this::endLogin))
                .bind("deleteMe", enabled, this::delete);
    }

    private void logins(ApiRequest request, Sender by) {
        accounts.logins(by.userId())
                .onSuccess(found -> found.ifPresentOrElse(
                        logins -> send(request, logins, caller(request).family()),
                        () -> request.refuse(HttpRefusal.NOT_FOUND)))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void send(ApiRequest request, List<LoginEntry> logins, Optional<String> current) {
        Map<String, Object> body = Map.of(
                "logins", logins.stream().map(each -> fields(each, current)).toList());
        answers.send(request, OK, body);
    }

    private static Map<String, Object> fields(LoginEntry login, Optional<String> current) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", login.sid());
        fields.put("createdAt", login.createdAt());
        fields.put("renewedAt", login.renewedAt());
        fields.put("address", login.device().address());
        fields.put("userAgent", login.device().agent());
        fields.put("current", current.filter(login.sid()::equals).isPresent());
        return fields;
    }

    private void endLogin(ApiRequest request, Sender by) {
        UserId user = by.userId();
        String sid = request.text("loginId");
        accounts.logins(user)
                .onSuccess(found -> {
                    if (mayEnd(found.orElse(List.of()), caller(request).family(), sid)) {
                        endLogin(request, user, sid);
                    } else {
                        request.refuse(HttpRefusal.FORBIDDEN, List.of(new Violation("/loginId", "newer")));
                    }
                })
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    /** A login that is not found passes here: the attempt to end it answers that. */
    private boolean mayEnd(List<LoginEntry> logins, Optional<String> own, String sid) {
        Optional<LoginEntry> ending =
                logins.stream().filter(login -> login.sid().equals(sid)).findFirst();
        return ending.isEmpty()
                || logins.stream()
                        .filter(login -> own.filter(login.sid()::equals).isPresent())
                        .anyMatch(login -> login.mayEnd(ending.get(), clock.getAsLong()));
    }

    private void endLogin(ApiRequest request, UserId user, String sid) {
        accounts.endLogin(user, sid)
                .onSuccess(found -> {
                    if (!found) {
                        request.refuse(HttpRefusal.NOT_FOUND);
                        return;
                    }
                    audit.done(EventName.AUTH_LOGOUT, request.http(), user, "own", sid);
                    if (caller(request).family().filter(sid::equals).isPresent()
                            && !AuthCookies.areOfAnother(cookiesOf(request), sid)) {
                        cookies.clear(request.http().response());
                    }
                    request.send(NO_CONTENT);
                })
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    /** A stolen access token alone must not delete an account, so the password is asked for (CWE-306). */
    private void delete(ApiRequest request) {
        TokenClaims caller = caller(request);
        UserId user = caller.userId();
        if (!deletion.hasPlaceFor(user)) {
            answers.refuse(request, user, Denied.deletions());
            return;
        }
        passwords
                .confirmed(caller, request.body().text("password"), () -> deletion.begin(user), Denied.deletions())
                .onSuccess(result -> result.fold(
                                erased -> (Runnable) () -> erase(request, user, erased),
                                why -> () -> answers.refuse(request, user, why))
                        .run())
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    /** Logs these events so that an operator finds a deletion that broke off: its user can't log in to repeat it. */
    private void erase(ApiRequest request, UserId user, Future<Void> erased) {
        audit.done(EventName.AUTH_DELETION_BEGUN, request.http(), user);
        erased.onSuccess(any -> {
                    audit.done(EventName.AUTH_DELETION_DONE, request.http(), user);
                    if (!AuthCookies.areOfAnother(cookiesOf(request), user)) {
                        cookies.clear(request.http().response());
                    }
                    request.send(NO_CONTENT);
                })
                .onFailure(failure -> {
                    audit.done(EventName.AUTH_DELETION_FAILED, request.http(), user);
                    LimitedCalls.unavailable(request, failure);
                });
    }

    private static List<String> cookiesOf(ApiRequest request) {
        return request.http().headers().getAll(HttpHeaders.COOKIE);
    }

    private static TokenClaims caller(ApiRequest request) {
        return request.caller(ApiUser.class).claims();
    }
}

package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.Accounts.ChangePassword;
import dev.portcullis.auth.account.Accounts.LogIn;
import dev.portcullis.auth.account.Accounts.Refresh;
import dev.portcullis.auth.account.Accounts.Register;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.auth.password.Precedence;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.config.Json;
import dev.portcullis.edge.api.GrantOutcome.Denied;
import dev.portcullis.edge.api.GrantOutcome.Granted;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.CallFailures;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** The calls of {@code /api/auth}. Where a node has no accounts, there is nothing under these paths. */
final class AccountApi {
    private static final int UNAUTHORIZED = HttpRefusal.INVALID_TOKEN.status();
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;

    private final Accounts accounts;
    private final PasswordCalls passwords;
    private final LimitedCalls calls;
    private final ApiGates gates;
    private final RequestBudget budget;
    private final AuthCookies cookies;
    private final ApiAudit audit;

    AccountApi(
            Accounts accounts,
            PasswordCalls passwords,
            LimitedCalls calls,
            ApiGates gates,
            RequestBudget budget,
            AuthCookies cookies,
            ApiAudit audit) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.calls = calls;
        this.gates = gates;
        this.budget = budget;
        this.cookies = cookies;
        this.audit = audit;
    }

    RouterBuilder bind(RouterBuilder router, boolean enabled) {
        return router.bind("register", enabled, this::register)
                .bind("logIn", enabled, this::logIn)
                .bind("refresh", enabled, this::refresh)
                .bind("logOut", enabled, this::logOut)
                .bind("changePassword", enabled, this::changePassword)
                .bind("getMe", enabled, calls.as(CallAction.OWN_ACCOUNT, this::me));
    }

    private void register(ApiRequest request) {
        Fields body = request.body();
        Register asked = new Register(
                body.text("username"),
                body.text("email"),
                body.text("password"),
                AccountBody.isFor(body),
                audit.device(request.http()),
                body.textIn("invitation"),
                asked(body));
        answer(
                admitted(
                        request,
                        (address, refusal) ->
                                refusal.map(AccountApi::denied).orElseGet(() -> passwords.register(address, asked))),
                granted -> send(request, CREATED, granted, Optional.of(EventName.AUTH_REGISTER)),
                denied -> refuse(request, EventName.HTTP_REFUSED, Optional.empty(), denied));
    }

    private void logIn(ApiRequest request) {
        Fields body = request.body();
        LogIn asked = new LogIn(
                body.text("email"),
                body.text("password"),
                AccountBody.isFor(body),
                audit.device(request.http()),
                body.textIn("code"),
                asked(body));
        Optional<String> device = DeviceToken.of(body.textIn("deviceToken"), cookiesOf(request));
        answer(
                admitted(request, (address, refusal) -> passwords.logIn(address, device, refusal, asked)),
                granted -> send(request, OK, granted, Optional.of(EventName.AUTH_LOGIN_SUCCESS)),
                denied -> refuse(request, EventName.AUTH_LOGIN_FAILURE, Optional.empty(), denied));
    }

    /** It ends the other logins of its user, so a cookie of these is replaced; one of another user's login is not. */
    private void changePassword(ApiRequest request) {
        TokenClaims caller = request.caller(ApiUser.class).claims();
        Fields body = request.body();
        ChangePassword asked = new ChangePassword(
                caller.userId(),
                caller.family(),
                body.text("currentPassword"),
                body.text("newPassword"),
                audit.device(request.http()));
        answer(
                passwords.changePassword(audit.keys(request.http()), asked),
                granted -> {
                    audit.done(EventName.AUTH_PASSWORD_CHANGED, request.http(), caller.userId());
                    if (!AuthCookies.areOfAnother(cookiesOf(request), caller.userId())) {
                        cookies.set(request.http().response(), granted);
                    }
                    send(request, OK, granted);
                },
                denied -> refuse(request, eventOf(denied), Optional.of(caller.userId()), denied));
    }

    /** A new password that is too plain is no sign that anyone tries passwords. */
    private static EventName eventOf(Denied denied) {
        return denied.violations().isEmpty() ? EventName.AUTH_LOGIN_FAILURE : EventName.HTTP_REFUSED;
    }

    private void refresh(ApiRequest request) {
        MultiMap headers = request.http().headers();
        Fields body = request.body();
        RefreshCredential credential = RefreshCredential.of(
                body.textIn("refreshToken"), body.textIn("userId").map(UserId::new), cookiesOf(request));
        Optional<LoginDevice> device = audit.device(request.http());
        Future<GrantOutcome> outcome = credential
                .fold(
                        () -> denied(Denied.of(HttpRefusal.UNAUTHORIZED)),
                        token -> exchange(token, device),
                        cookie -> crossSite(headers)
                                .map(AccountApi::denied)
                                .orElseGet(() -> exchange(cookie.tokens(), device)),
                        () -> denied(Denied.of(HttpRefusal.CONFLICT, "other_user")))
                .compose(each -> asUnauthenticated(request, each));
        answer(outcome, granted -> paidBy(granted, request), denied -> {
            if (denied.why().status() == UNAUTHORIZED && isOfOneCookie(credential)) {
                cookies.clear(request.http().response());
            }
            refuse(request, EventName.AUTH_REFRESH_FAILURE, Optional.empty(), denied);
        });
    }

    /** A token that was exchanged is used up: its user gets the next one, whatever the budget says. */
    private void paidBy(Granted granted, ApiRequest request) {
        budget.proved(request.http(), granted.grant().profile().id());
        send(request, OK, granted, Optional.empty());
    }

    /** Where a page of a sibling domain has added to the cookie, what is refused may be theirs, and the other value good. */
    private static boolean isOfOneCookie(RefreshCredential credential) {
        return credential.fold(() -> true, token -> false, RefreshCredential.InCookie::alone, () -> false);
    }

    /**
     * A refresh by cookie needs no CSRF token, since a page that was just opened has none. So it has to be a request that
     * no page of another site can make: with an Origin, which the router has compared with the list, and with a type that
     * makes a browser ask first (CWE-352).
     */
    private static Optional<Denied> crossSite(MultiMap headers) {
        if (!headers.contains(HttpHeaders.ORIGIN)) {
            return Optional.of(Denied.of(HttpRefusal.FORBIDDEN, "origin"));
        }
        return headers.contains(HttpHeaders.CONTENT_TYPE)
                ? Optional.empty()
                : Optional.of(Denied.of(HttpRefusal.UNSUPPORTED_MEDIA_TYPE));
    }

    private Future<GrantOutcome> exchange(List<String> refreshTokens, Optional<LoginDevice> device) {
        return refreshTokens.size() == 1
                ? exchange(refreshTokens.get(0), device)
                : accounts.choose(refreshTokens)
                        .compose(choice -> choice.fold(
                                tokens -> exchangeInTurn(tokens, device),
                                () -> denied(Denied.of(HttpRefusal.CONFLICT, "several"))));
    }

    /** The first grant, or else the last refusal. */
    private Future<GrantOutcome> exchangeInTurn(List<String> refreshTokens, Optional<LoginDevice> device) {
        Future<GrantOutcome> outcome = denied(Denied.of(GrantRefusal.UNKNOWN_TOKEN, "refreshToken"));
        for (String token : refreshTokens) {
            outcome = outcome.compose(
                    each -> each instanceof Granted ? Future.succeededFuture(each) : exchange(token, device));
        }
        return outcome;
    }

    /**
     * A banned user's token is refused where it is exchanged, so that it is not used up. A user who is banned after that has
     * new tokens, which open nothing during the ban.
     */
    private Future<GrantOutcome> exchange(String refreshToken, Optional<LoginDevice> device) {
        Optional<UserId> banned = Accounts.userOf(refreshToken).filter(gates.users());
        return accounts.refresh(new Refresh(refreshToken, banned, device))
                .map(result -> result.fold(
                        Granted::new,
                        refused -> refused.why() == GrantRefusal.BANNED
                                ? Denied.banned(banned)
                                : Denied.of(refused, "refreshToken")));
    }

    /**
     * Asks who has no access token for what it takes to get one. A banned user gets none: that is told only after a right
     * password or token, so that no other client learns of the ban (CWE-204).
     *
     * @param call gets the keys of the address, and why that refuses who has not proved to be a user
     */
    private Future<GrantOutcome> admitted(
            ApiRequest request, BiFunction<List<String>, Optional<Denied>, Future<GrantOutcome>> call) {
        long waitMs = budget.attempted(request.http());
        if (waitMs > 0) {
            return denied(Denied.requests(waitMs));
        }
        return audit.address(request.http())
                .map(address -> gates.addresses()
                        .refusalOfUnauthenticated(address)
                        .compose(refusal -> call.apply(address.keys().narrowestFirst(), refusal.map(Denied::of)))
                        .map(this::unlessBanned))
                .orElseGet(() -> denied(Denied.unavailable()));
    }

    /** A right refresh token is good at any address that a rule refuses: its user is no stranger there. */
    private Future<GrantOutcome> asUnauthenticated(ApiRequest request, GrantOutcome outcome) {
        if (!(outcome instanceof Denied denied)
                || (denied.why().status() != UNAUTHORIZED && denied.why() != HttpRefusal.CONFLICT)) {
            return Future.succeededFuture(outcome);
        }
        return audit.address(request.http())
                .map(address -> gates.addresses()
                        .refusalOfUnauthenticated(address)
                        .<GrantOutcome>map(refusal -> refusal.map(Denied::of).orElse(denied)))
                .orElseGet(() -> denied(Denied.unavailable()));
    }

    private GrantOutcome unlessBanned(GrantOutcome outcome) {
        Optional<UserId> banned = outcome.user().filter(gates.users());
        return banned.isPresent() ? Denied.banned(banned) : outcome;
    }

    /** A token without a login, which another issuer gave out, has nothing to end here. */
    private void logOut(ApiRequest request) {
        TokenClaims caller = request.caller(ApiUser.class).claims();
        if (caller.family().isEmpty()) {
            request.refuse(HttpRefusal.NOT_FOUND);
            return;
        }
        String sid = caller.family().get();
        accounts.logOut(caller.userId(), sid)
                .onSuccess(any -> {
                    audit.done(EventName.AUTH_LOGOUT, request.http(), caller.userId());
                    if (!AuthCookies.areOfAnother(cookiesOf(request), sid)) {
                        cookies.clear(request.http().response());
                    }
                    request.send(NO_CONTENT);
                })
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void me(ApiRequest request, Sender by) {
        accounts.find(by.userId())
                .onSuccess(found -> found.ifPresentOrElse(
                        profile -> send(request, OK, AccountBody.of(profile)),
                        () -> request.refuse(HttpRefusal.NOT_FOUND)))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private interface Answer<T> {
        void send(T what);
    }

    private static void answer(Future<GrantOutcome> outcome, Answer<Granted> granted, Answer<Denied> denied) {
        outcome.otherwise(failure -> {
                    CallFailures.log(failure);
                    return Denied.unavailable();
                })
                .onSuccess(result -> result.fold(granted::send, denied::send));
    }

    private void send(ApiRequest request, int status, Granted granted, Optional<EventName> event) {
        event.ifPresent(name ->
                audit.done(name, request.http(), granted.grant().profile().id()));
        cookies.set(request.http().response(), granted);
        send(request, status, granted);
    }

    private void send(ApiRequest request, int status, Granted granted) {
        send(request, status, AccountBody.of(granted, cookies.expiresIn(granted.grant())));
    }

    private static List<String> cookiesOf(ApiRequest request) {
        return request.http().headers().getAll(HttpHeaders.COOKIE);
    }

    private static void send(ApiRequest request, int status, Map<String, Object> body) {
        var unused = request.send(status, HttpResponses.JSON, Buffer.buffer(Json.write(body)));
    }

    private void refuse(ApiRequest request, EventName event, Optional<UserId> user, Denied denied) {
        if (denied.retryAfterMs() > 0) {
            HttpResponses.retryAfter(request.http().response(), denied.retryAfterMs());
        }
        denied.challenge()
                .ifPresent(work -> HttpResponses.proofOfWork(request.http().response(), work.text(), work.bits()));
        request.refuse(
                denied.why(),
                denied.violations(),
                audit.refused(event, request.http(), denied.why(), user.or(denied::user), denied.detail()));
    }

    private static Future<GrantOutcome> denied(Denied why) {
        return Future.succeededFuture(why);
    }

    /** The limits add their knowledge of the client later. */
    private static PasswordTurn asked(Fields body) {
        return new PasswordTurn(Precedence.FAILED, "", body.textIn("proof"));
    }
}

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
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.CallFailures;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.reputation.AddressGate;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The calls of {@code /api/auth}. Where a node has no accounts, there is nothing under these paths. */
public final class AccountApi {
    private static final int UNAUTHORIZED = HttpRefusal.INVALID_TOKEN.status();
    private static final int OK = 200;
    private static final int CREATED = 201;

    private final Accounts accounts;
    private final PasswordCalls passwords;
    private final ApiCalls calls;
    private final AddressGate addresses;
    private final Predicate<UserId> isBanned;
    private final RequestBudget budget;
    private final AuthCookies cookies;

    /** @param isBanned whether a user gets no tokens */
    public AccountApi(
            Accounts accounts,
            PasswordCalls passwords,
            ApiCalls calls,
            AddressGate addresses,
            Predicate<UserId> isBanned,
            RequestBudget budget,
            AuthCookies cookies) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.calls = calls;
        this.addresses = addresses;
        this.isBanned = isBanned;
        this.budget = budget;
        this.cookies = cookies;
    }

    public RouterBuilder bind(RouterBuilder router, boolean enabled) {
        return router.bind("register", enabled, calls.ofAnyone(this::register))
                .bind("logIn", enabled, calls.ofAnyone(this::logIn))
                .bind("refresh", enabled, calls.ofAnyone(this::refresh))
                .bind("logOut", enabled, calls.ofUser(this::logOut))
                .bind("changePassword", enabled, calls.ofUser(this::changePassword))
                .bind("getMe", enabled, calls.as(CallAction.OWN_ACCOUNT, this::me));
    }

    private void register(ApiCall call) {
        Fields body = call.body();
        Register asked = new Register(
                body.text("username"),
                body.text("email"),
                body.text("password"),
                AccountBody.isFor(body),
                call.device(),
                body.textIn("invitation"),
                asked(body));
        answer(
                admitted(
                        call,
                        (address, refusal) ->
                                refusal.map(AccountApi::denied).orElseGet(() -> passwords.register(address, asked))),
                granted -> begun(call, CREATED, granted, EventName.AUTH_REGISTER),
                denied -> call.refuse(EventName.HTTP_REFUSED, denied));
    }

    private void logIn(ApiCall call) {
        Fields body = call.body();
        LogIn asked = new LogIn(
                body.text("email"),
                body.text("password"),
                AccountBody.isFor(body),
                call.device(),
                body.textIn("code"),
                asked(body));
        Optional<String> device = DeviceToken.of(body.textIn("deviceToken"), call.cookies());
        answer(
                admitted(call, (address, refusal) -> passwords.logIn(address, device, refusal, asked)),
                granted -> begun(call, OK, granted, EventName.AUTH_LOGIN_SUCCESS),
                denied -> call.refuse(EventName.AUTH_LOGIN_FAILURE, denied));
    }

    /** The limits add their knowledge of the client later. */
    private static PasswordTurn asked(Fields body) {
        return new PasswordTurn(Precedence.FAILED, "", body.textIn("proof"));
    }

    private void begun(ApiCall call, int status, Granted granted, EventName event) {
        call.done(event, granted.grant().profile().id());
        cookies.set(call.response(), granted);
        send(call, status, granted);
    }

    /** It ends the other logins of its user, so a cookie of these is replaced; one of another user's login is not. */
    private void changePassword(ApiCall call) {
        TokenClaims caller = call.claims();
        Fields body = call.body();
        ChangePassword asked = new ChangePassword(
                caller.userId(),
                caller.family(),
                body.text("currentPassword"),
                body.text("newPassword"),
                call.device());
        answer(
                passwords.changePassword(call.addressKeys(), asked),
                granted -> {
                    call.done(EventName.AUTH_PASSWORD_CHANGED);
                    if (!AuthCookies.areOfAnother(call.cookies(), caller.userId())) {
                        cookies.set(call.response(), granted);
                    }
                    send(call, OK, granted);
                },
                denied -> call.refuse(eventOf(denied), denied));
    }

    /** A new password that is too plain is no sign that anyone tries passwords. */
    private static EventName eventOf(Denied denied) {
        return denied.violations().isEmpty() ? EventName.AUTH_LOGIN_FAILURE : EventName.HTTP_REFUSED;
    }

    private void refresh(ApiCall call) {
        MultiMap headers = call.http().headers();
        Fields body = call.body();
        Result<RefreshCredential, Denied> credential = RefreshCredential.of(
                body.textIn("refreshToken"), body.textIn("userId").map(UserId::new), call.cookies());
        Optional<LoginDevice> device = call.device();
        Future<Result<Granted, Denied>> outcome = credential
                .fold(
                        found -> Optional.of(found)
                                .filter(RefreshCredential::byCookie)
                                .flatMap(any -> crossSite(headers))
                                .map(AccountApi::denied)
                                .orElseGet(() -> exchange(found.tokens(), device)),
                        AccountApi::denied)
                .compose(each -> asUnauthenticated(call, each));
        answer(outcome, granted -> exchanged(call, granted), denied -> {
            if (denied.why().status() == UNAUTHORIZED && isOfOneCookie(credential)) {
                cookies.clear(call.response());
            }
            call.refuse(EventName.AUTH_REFRESH_FAILURE, denied);
        });
    }

    /** A token that was exchanged is used up: its user gets the next one, whatever the budget says. */
    private void exchanged(ApiCall call, Granted granted) {
        budget.proved(call.http(), granted.grant().profile().id());
        cookies.set(call.response(), granted);
        send(call, OK, granted);
    }

    /** Where a page of a sibling domain has added to the cookie, what is refused may be theirs, and the other value good. */
    private static boolean isOfOneCookie(Result<RefreshCredential, Denied> credential) {
        return credential.fold(found -> found.byCookie() && found.alone(), none -> true);
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

    private Future<Result<Granted, Denied>> exchange(List<String> refreshTokens, Optional<LoginDevice> device) {
        return refreshTokens.size() == 1
                ? exchange(refreshTokens.get(0), device)
                : accounts.choose(refreshTokens)
                        .compose(choice -> choice.fold(
                                tokens -> exchangeInTurn(tokens, device),
                                () -> denied(Denied.of(HttpRefusal.CONFLICT, "several"))));
    }

    /** The first grant, or else the last refusal. */
    private Future<Result<Granted, Denied>> exchangeInTurn(List<String> refreshTokens, Optional<LoginDevice> device) {
        Future<Result<Granted, Denied>> outcome = denied(Denied.of(GrantRefusal.UNKNOWN_TOKEN, "refreshToken"));
        for (String token : refreshTokens) {
            outcome = outcome.compose(each -> each.isDone() ? Future.succeededFuture(each) : exchange(token, device));
        }
        return outcome;
    }

    /**
     * A banned user's token is refused where it is exchanged, so that it is not used up. A user who is banned after that has
     * new tokens, which open nothing during the ban.
     */
    private Future<Result<Granted, Denied>> exchange(String refreshToken, Optional<LoginDevice> device) {
        Optional<UserId> banned = Accounts.userOf(refreshToken).filter(isBanned);
        return accounts.refresh(new Refresh(refreshToken, banned, device))
                .map(result -> result.fold(
                        grant -> Result.done(new Granted(grant, Optional.empty())),
                        refused -> Result.refused(
                                refused.why() == GrantRefusal.BANNED
                                        ? Denied.banned(banned)
                                        : Denied.of(refused, "refreshToken"))));
    }

    /**
     * Asks who has no access token for what it takes to get one. A banned user gets none: that is told only after a right
     * password or token, so that no other client learns of the ban (CWE-204).
     *
     * @param ask gets the keys of the address, and why that refuses who has not proved to be a user
     */
    private Future<Result<Granted, Denied>> admitted(
            ApiCall call, BiFunction<List<String>, Optional<Denied>, Future<Result<Granted, Denied>>> ask) {
        long waitMs = budget.attempted(call.http());
        if (waitMs > 0) {
            return denied(Denied.requests(waitMs));
        }
        return call.address()
                .map(address -> addresses
                        .refusalOfUnauthenticated(address)
                        .compose(refusal -> ask.apply(address.keys().narrowestFirst(), refusal.map(Denied::of)))
                        .map(this::unlessBanned))
                .orElseGet(() -> denied(Denied.unavailable()));
    }

    /** A right refresh token is good at any address that a rule refuses: its user is no stranger there. */
    private Future<Result<Granted, Denied>> asUnauthenticated(ApiCall call, Result<Granted, Denied> outcome) {
        Optional<Denied> guessed = outcome.<Optional<Denied>>fold(granted -> Optional.empty(), Optional::of)
                .filter(denied -> denied.why().status() == UNAUTHORIZED || denied.why() == HttpRefusal.CONFLICT);
        return guessed.map(denied -> call.address()
                        .map(address -> addresses
                                .refusalOfUnauthenticated(address)
                                .map(refusal -> Result.<Granted, Denied>refused(
                                        refusal.map(Denied::of).orElse(denied))))
                        .orElseGet(() -> denied(Denied.unavailable())))
                .orElseGet(() -> Future.succeededFuture(outcome));
    }

    private Result<Granted, Denied> unlessBanned(Result<Granted, Denied> outcome) {
        return outcome.fold(
                granted -> {
                    Optional<UserId> banned =
                            Optional.of(granted.grant().profile().id()).filter(isBanned);
                    return banned.isPresent() ? Result.refused(Denied.banned(banned)) : outcome;
                },
                denied -> outcome);
    }

    /** A token without a login, which another issuer gave out, has nothing to end here. */
    private void logOut(ApiCall call) {
        TokenClaims caller = call.claims();
        if (caller.family().isEmpty()) {
            call.notFound();
            return;
        }
        String sid = caller.family().get();
        call.then(accounts.logOut(caller.userId(), sid), any -> {
            call.done(EventName.AUTH_LOGOUT);
            if (!AuthCookies.areOfAnother(call.cookies(), sid)) {
                cookies.clear(call.response());
            }
            call.send();
        });
    }

    private void me(ApiCall call) {
        call.ifFound(accounts.find(call.user()), profile -> call.send(AccountBody.of(profile)));
    }

    private static void answer(
            Future<Result<Granted, Denied>> outcome, Consumer<Granted> granted, Consumer<Denied> denied) {
        outcome.otherwise(failure -> {
                    CallFailures.log(failure);
                    return Result.refused(Denied.unavailable());
                })
                .onSuccess(result -> result.<Runnable>fold(
                                tokens -> () -> granted.accept(tokens), why -> () -> denied.accept(why))
                        .run());
    }

    private void send(ApiCall call, int status, Granted granted) {
        call.send(status, AccountBody.of(granted, cookies.expiresIn(granted.grant())));
    }

    private static Future<Result<Granted, Denied>> denied(Denied why) {
        return Future.succeededFuture(Result.refused(why));
    }
}

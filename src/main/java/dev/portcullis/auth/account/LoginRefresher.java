package dev.portcullis.auth.account;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.auth.account.Accounts.Refresh;
import dev.portcullis.auth.account.GrantResult.Granted;
import dev.portcullis.auth.account.GrantResult.Refused;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshChoice;
import dev.portcullis.auth.refresh.RefreshChoice.Issued;
import dev.portcullis.auth.refresh.RefreshFamily;
import dev.portcullis.auth.refresh.RefreshLookups;
import dev.portcullis.auth.refresh.RefreshLookups.Lookup;
import dev.portcullis.auth.refresh.RefreshPolicy;
import dev.portcullis.auth.refresh.RefreshPolicy.Exchange;
import dev.portcullis.auth.refresh.RefreshPolicy.Outcome;
import dev.portcullis.auth.refresh.RefreshToken;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.auth.session.TokenIdentity;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Exchanges refresh tokens. One for a node. */
public final class LoginRefresher {
    private final AccountStore store;
    private final Function<TokenIdentity, Future<Boolean>> revoked;
    private final LoginEnder ender;
    private final GrantIssuer issuer;
    private final RefreshPolicy policy;
    private final LoginPolicy logins;
    private final RefreshLookups lookups = new RefreshLookups();
    private final Audit audit;
    private final LongSupplier clock;

    /** @param revoked whether the tokens of a login are revoked, by its {@code sid} or with all that its user had */
    public LoginRefresher(
            AccountsConfig config,
            AccountKeys keys,
            AccountStore store,
            Revoker revoker,
            Function<TokenIdentity, Future<Boolean>> revoked,
            Audit audit,
            LongSupplier clock) {
        this.store = store;
        this.revoked = revoked;
        this.logins = new LoginPolicy(config);
        this.ender = new LoginEnder(store, revoker, logins);
        this.issuer = new GrantIssuer(keys, config);
        this.policy = new RefreshPolicy(config.refresh());
        this.audit = audit;
        this.clock = clock;
    }

    /** Any text that is not a token of a live login is refused alike. */
    public Future<GrantResult> refresh(Refresh request) {
        long now = clock.getAsLong();
        return issuer.genuine(request.refreshToken())
                .map(token -> switch (lookups.take(token.family(), now)) {
                    case DUE -> refresh(token, request, now);
                    case OVER -> refused(GrantRefusal.UNKNOWN_TOKEN);
                    case TOO_OFTEN -> refused(GrantRefusal.TOO_OFTEN);
                })
                .orElseGet(() -> refused(GrantRefusal.UNKNOWN_TOKEN));
    }

    /** Which of several tokens of one request are exchanged. Changes nothing. */
    public Future<RefreshChoice> choose(List<String> refreshTokens) {
        long now = clock.getAsLong();
        List<RefreshToken> unread = new ArrayList<>();
        List<Future<Optional<Issued>>> looks = new ArrayList<>();
        for (RefreshToken token : refreshTokens.stream()
                .flatMap(text -> issuer.genuine(text).stream())
                .toList()) {
            Lookup lookup = lookups.take(token.family(), now);
            if (lookup == Lookup.DUE) {
                looks.add(store.find(GrantIssuer.userOf(token)).map(found -> issued(found, token, now)));
            } else if (lookup == Lookup.TOO_OFTEN) {
                unread.add(token);
            }
        }
        return Future.all(looks)
                .map(all -> RefreshChoice.among(
                        looks.stream().flatMap(each -> each.result().stream()).toList(), unread));
    }

    private Optional<Issued> issued(Optional<AccountState> found, RefreshToken token, long now) {
        if (isForgotten(found, token)) {
            lookups.over(token.family(), now);
        }
        return found.flatMap(state -> loginOf(state, token))
                .map(login ->
                        new Issued(token, login, policy.exchange(login, token.generation(), LoginDevice.UNKNOWN, now)));
    }

    private Future<GrantResult> refresh(RefreshToken token, Refresh request, long now) {
        UserId user = GrantIssuer.userOf(token);
        return store.find(user).compose(found -> {
            if (isForgotten(found, token)) {
                lookups.over(token.family(), now);
                return refused(GrantRefusal.UNKNOWN_TOKEN);
            }
            return isRevoked(user, found.flatMap(state -> loginOf(state, token)))
                    .compose(isRevoked -> refresh(token, request, isRevoked, now));
        });
    }

    private Future<GrantResult> refresh(RefreshToken token, Refresh request, boolean isRevoked, long now) {
        UserId user = GrantIssuer.userOf(token);
        boolean isBanned = request.banned().filter(user::equals).isPresent();
        LoginDevice device = request.device().orElse(LoginDevice.UNKNOWN);
        return store.update(
                        user,
                        state -> isRevoked ? end(state, token, now) : exchange(state, token, isBanned, device, now))
                .compose(found -> found.flatMap(each -> each)
                        .map(exchanged -> answer(exchanged, isBanned, now)
                                .onSuccess(told -> rememberEnded(exchanged.state, token, now)))
                        .orElseGet(() -> refused(GrantRefusal.UNKNOWN_TOKEN)));
    }

    /** An account never gets a login back that its row does not have any more. */
    private static boolean isForgotten(Optional<AccountState> found, RefreshToken token) {
        return found.flatMap(state -> state.family(token.family())).isEmpty();
    }

    /** Waits until the login's sessions have ended: otherwise a repeated token could not end them where that has failed. */
    private void rememberEnded(AccountState state, RefreshToken token, long now) {
        if (state.family(token.family())
                .filter(login -> logins.isLive(login, now))
                .isEmpty()) {
            lookups.over(token.family(), now);
        }
    }

    private static Future<GrantResult> refused(GrantRefusal why) {
        return Future.succeededFuture(new Refused(why));
    }

    /** Whether an operator has revoked the login: a refresh must not undo that (CWE-613). */
    private Future<Boolean> isRevoked(UserId user, Optional<RefreshFamily> login) {
        return login.map(each -> revoked.apply(new TokenIdentity(user, "", each.createdAt(), Optional.of(each.id()))))
                .orElseGet(() -> Future.succeededFuture(false));
    }

    private Optional<RefreshFamily> loginOf(AccountState state, RefreshToken token) {
        return state.family(token.family()).filter(login -> issuer.isOf(token, login));
    }

    private Change<Optional<Exchanged>> end(AccountState state, RefreshToken token, long now) {
        return loginOf(state, token)
                .map(login -> new Exchange(Outcome.UNKNOWN, login.end(now)))
                .map(exchange -> new Exchanged(state.with(exchange.family()), exchange))
                .map(exchanged -> Change.to(exchanged.state, Optional.of(exchanged)))
                .orElseGet(() -> Change.none(Optional.empty()));
    }

    /** The decision about a token, with the account as it is afterwards. */
    private record Exchanged(AccountState state, Exchange exchange) {}

    /**
     * Empty for a token that was never issued, which changes nothing. A right token of a banned user changes nothing either, so
     * that no refresh during the ban uses it up. A token that was used before ends its login all the same.
     */
    private Change<Optional<Exchanged>> exchange(
            AccountState state, RefreshToken token, boolean isBanned, LoginDevice device, long now) {
        Optional<RefreshFamily> family = loginOf(state, token);
        if (family.isEmpty()) {
            return Change.none(Optional.empty());
        }
        Exchange exchange = policy.exchange(family.get(), token.generation(), device, now);
        AccountState next = isBanned && exchange.outcome() == Outcome.CURRENT ? state : state.with(exchange.family());
        Optional<Exchanged> exchanged = Optional.of(new Exchanged(next, exchange));
        return next.equals(state) ? Change.none(exchanged) : Change.to(next, exchanged);
    }

    /** The login has ended before its answer says so. */
    private Future<GrantResult> answer(Exchanged exchanged, boolean isBanned, long now) {
        Account account = exchanged.state.account();
        RefreshFamily login = exchanged.exchange.family();
        GrantResult result = switch (exchanged.exchange.outcome()) {
            case CURRENT ->
                isBanned ? new Refused(GrantRefusal.BANNED) : new Granted(issuer.grant(account, login, now));
            case REUSED -> {
                audit.event(AuditEvent.of(EventName.AUTH_REFRESH_REUSE)
                        .user(account.id())
                        .resource(login.id()));
                yield new Refused(GrantRefusal.REUSED_TOKEN);
            }
            case UNKNOWN -> new Refused(GrantRefusal.UNKNOWN_TOKEN);
        };
        return ender.finish(exchanged.state).map(result);
    }
}

package dev.portcullis.auth.account;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.auth.account.Accounts.Refresh;
import dev.portcullis.auth.account.GrantResult.Granted;
import dev.portcullis.auth.account.GrantResult.Refused;
import dev.portcullis.auth.refresh.Exchange;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshChoice;
import dev.portcullis.auth.refresh.RefreshChoice.Issued;
import dev.portcullis.auth.refresh.RefreshFamily;
import dev.portcullis.auth.refresh.RefreshPolicy;
import dev.portcullis.auth.refresh.RefreshToken;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Exchanges refresh tokens. One for a node. */
public final class LoginRefresher {
    private final AccountStore store;
    private final RevokedLogins revoked;
    private final LoginEnder ender;
    private final GrantIssuer issuer;
    private final RefreshPolicy policy;
    private final Audit audit;
    private final LongSupplier clock;

    /** Whether a login is revoked, by its {@code sid} or with all that its user had. */
    public interface RevokedLogins {
        Future<Boolean> contains(UserId user, String sid, long begunAt);
    }

    public LoginRefresher(
            AccountsConfig config,
            AccountKeys keys,
            AccountStore store,
            Revoker revoker,
            RevokedLogins revoked,
            Audit audit,
            LongSupplier clock) {
        this.store = store;
        this.revoked = revoked;
        this.ender = new LoginEnder(store, revoker, new LoginPolicy(config));
        this.issuer = new GrantIssuer(keys, config);
        this.policy = new RefreshPolicy(config.refresh());
        this.audit = audit;
        this.clock = clock;
    }

    /** Any text that is not a token of a live login is refused alike. */
    public Future<GrantResult> refresh(Refresh request) {
        return issuer.genuine(request.refreshToken())
                .map(token -> refresh(token, request))
                .orElseGet(() -> Future.succeededFuture(new Refused(GrantRefusal.UNKNOWN_TOKEN)));
    }

    /** Which of several tokens of one request are exchanged. Changes nothing. */
    public Future<RefreshChoice> choose(List<String> refreshTokens) {
        long now = clock.getAsLong();
        List<Future<Optional<Issued>>> looks = refreshTokens.stream()
                .flatMap(text -> issuer.genuine(text).stream())
                .map(token -> store.find(GrantIssuer.userOf(token))
                        .map(found -> found.flatMap(state -> loginOf(state, token))
                                .map(login -> new Issued(
                                        token,
                                        login,
                                        policy.exchange(login, token.generation(), LoginDevice.UNKNOWN, now)))))
                .toList();
        return Future.all(looks)
                .map(all -> RefreshChoice.among(
                        looks.stream().flatMap(each -> each.result().stream()).toList()));
    }

    private Future<GrantResult> refresh(RefreshToken token, Refresh request) {
        long now = clock.getAsLong();
        UserId user = GrantIssuer.userOf(token);
        boolean isBanned = request.banned().filter(user::equals).isPresent();
        return store.find(user)
                .compose(found -> isRevoked(user, found.flatMap(state -> loginOf(state, token))))
                .compose(isRevoked -> store.update(
                        user,
                        state -> isRevoked
                                ? end(state, token, now)
                                : exchange(
                                        state, token, isBanned, request.device().orElse(LoginDevice.UNKNOWN), now)))
                .compose(found -> found.flatMap(each -> each)
                        .map(exchanged -> answer(exchanged, isBanned, now))
                        .orElseGet(() -> Future.succeededFuture(new Refused(GrantRefusal.UNKNOWN_TOKEN))));
    }

    /** Else one refresh would undo what an operator revoked (CWE-613). */
    private Future<Boolean> isRevoked(UserId user, Optional<RefreshFamily> login) {
        return login.map(each -> revoked.contains(user, each.id(), each.createdAt()))
                .orElseGet(() -> Future.succeededFuture(false));
    }

    private Optional<RefreshFamily> loginOf(AccountState state, RefreshToken token) {
        return state.family(token.family()).filter(login -> issuer.isOf(token, login));
    }

    private Change<Optional<Exchanged>> end(AccountState state, RefreshToken token, long now) {
        return loginOf(state, token)
                .map(login -> state.with(login.end(now)))
                .map(next -> Change.to(next, Optional.of(new Exchanged(next, new Exchange.Unknown()))))
                .orElseGet(() -> Change.none(Optional.empty()));
    }

    /** What was decided, with the account as it is afterwards. */
    private record Exchanged(AccountState state, Exchange exchange) {}

    /**
     * Empty for a token that was never issued: it changes nothing. Nor does a right one of a banned user, so that no
     * refresh during the ban uses it up. One that was used before ends its login all the same.
     */
    private Change<Optional<Exchanged>> exchange(
            AccountState state, RefreshToken token, boolean isBanned, LoginDevice device, long now) {
        Optional<RefreshFamily> family = loginOf(state, token);
        if (family.isEmpty()) {
            return Change.none(Optional.empty());
        }
        Exchange exchange = policy.exchange(family.get(), token.generation(), device, now);
        AccountState next = exchange.fold(login -> isBanned ? state : state.with(login), state::with, () -> state);
        Optional<Exchanged> exchanged = Optional.of(new Exchanged(next, exchange));
        return next.equals(state) ? Change.none(exchanged) : Change.to(next, exchanged);
    }

    /** The login has ended before its answer says so. */
    private Future<GrantResult> answer(Exchanged exchanged, boolean isBanned, long now) {
        Account account = exchanged.state.account();
        GrantResult result = exchanged.exchange.fold(
                login -> isBanned ? new Refused(GrantRefusal.BANNED) : new Granted(issuer.grant(account, login, now)),
                login -> {
                    audit.event(AuditEvent.of(EventName.AUTH_REFRESH_REUSE)
                            .user(account.id())
                            .resource(login.id()));
                    return new Refused(GrantRefusal.REUSED_TOKEN);
                },
                () -> new Refused(GrantRefusal.UNKNOWN_TOKEN));
        return ender.finish(exchanged.state).map(result);
    }
}

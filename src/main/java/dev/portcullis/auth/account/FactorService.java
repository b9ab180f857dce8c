package dev.portcullis.auth.account;

import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.auth.account.Accounts.BeginFactor;
import dev.portcullis.auth.account.Accounts.CheckPassword;
import dev.portcullis.auth.account.Accounts.ConfirmFactor;
import dev.portcullis.auth.account.Accounts.FactorBegun;
import dev.portcullis.auth.account.Accounts.FactorConfirmed;
import dev.portcullis.auth.account.Accounts.FactorStatus;
import dev.portcullis.auth.account.Accounts.NewFactor;
import dev.portcullis.auth.account.Accounts.RemoveFactor;
import dev.portcullis.auth.factor.SecondFactor;
import dev.portcullis.auth.factor.SecondFactors;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Gives accounts a second factor, and takes it away. One for a node. */
public final class FactorService {
    private final AccountService accounts;
    private final AccountStore store;
    private final SecondFactors factors;
    private final String issuer;
    private final boolean mails;
    private final LongSupplier clock;

    /**
     * @param issuer the name of this server in the user's app
     * @param mails whether this server can verify e-mail addresses
     */
    public FactorService(
            AccountService accounts,
            AccountStore store,
            SecondFactors factors,
            String issuer,
            boolean mails,
            LongSupplier clock) {
        this.accounts = accounts;
        this.store = store;
        this.factors = factors;
        this.issuer = issuer;
        this.mails = mails;
        this.clock = clock;
    }

    /**
     * Begins a second factor, in place of one that was begun and not confirmed. A confirmed one has to be removed first, with a
     * code of it. The e-mail address must be verified before: otherwise a stranger who registers another user's address would
     * keep that user out of the account, even after a reset.
     */
    Future<FactorBegun> begin(BeginFactor request) {
        long now = clock.getAsLong();
        SecondFactors.Begun begun = factors.begin(request.user(), now);
        return accounts.checkPassword(new CheckPassword(request.user(), request.password()))
                .compose(refusal -> refusal.isPresent()
                        ? Future.succeededFuture(new FactorBegun(refusal, Optional.empty()))
                        : store.update(
                                        request.user(),
                                        state -> refusal(state)
                                                .map(why -> Change.none(
                                                        new FactorBegun(Optional.of(why), Optional.empty())))
                                                .orElseGet(() -> Change.to(
                                                        state.withFactor(Optional.of(begun.factor())),
                                                        new FactorBegun(
                                                                Optional.empty(),
                                                                Optional.of(new NewFactor(
                                                                        begun.secret(),
                                                                        uri(state.account(), begun.secret())))))))
                                .map(found -> found.orElseGet(() -> new FactorBegun(
                                        Optional.of(GrantRefusal.WRONG_CREDENTIALS), Optional.empty()))));
    }

    private Optional<GrantRefusal> refusal(AccountState state) {
        if (mails && !state.account().verified()) {
            return Optional.of(GrantRefusal.NOT_VERIFIED);
        }
        return state.confirmedFactor().map(exists -> GrantRefusal.SECOND_FACTOR_EXISTS);
    }

    /** The recovery codes are in this answer only. */
    Future<FactorConfirmed> confirm(ConfirmFactor request) {
        long now = clock.getAsLong();
        List<String> recoveryCodes = factors.newRecoveryCodes();
        return store.update(
                        request.user(),
                        state -> state.factor()
                                .flatMap(begun ->
                                        factors.confirm(request.user(), begun, request.code(), recoveryCodes, now))
                                .map(confirmed -> Change.to(
                                        state.withFactor(Optional.of(confirmed.factor())),
                                        new FactorConfirmed(Optional.empty(), confirmed.recoveryCodes())))
                                .orElseGet(() -> Change.none(wrongCode())))
                .map(found -> found.orElseGet(FactorService::wrongCode));
    }

    /** Empty if it is removed. */
    Future<Optional<GrantRefusal>> remove(RemoveFactor request) {
        long now = clock.getAsLong();
        return accounts.checkPassword(new CheckPassword(request.user(), request.password()))
                .compose(refusal -> refusal.isPresent()
                        ? Future.succeededFuture(refusal)
                        : store.update(
                                        request.user(),
                                        state -> state.confirmedFactor()
                                                .flatMap(factor ->
                                                        factors.use(request.user(), factor, request.code(), now))
                                                .map(used -> Change.to(
                                                        state.withFactor(Optional.empty()),
                                                        Optional.<GrantRefusal>empty()))
                                                .orElseGet(() -> Change.none(Optional.of(GrantRefusal.WRONG_CODE))))
                                .map(found -> found.orElseGet(() -> Optional.of(GrantRefusal.WRONG_CREDENTIALS))));
    }

    /** Empty for a user without an account. */
    Future<Optional<FactorStatus>> find(UserId user) {
        return store.find(user)
                .map(found -> found.map(AccountState::confirmedFactor)
                        .map(factor -> new FactorStatus(
                                factor.isPresent(),
                                factor.map(SecondFactor::recovery)
                                        .map(List::size)
                                        .orElse(0))));
    }

    private static FactorConfirmed wrongCode() {
        return new FactorConfirmed(Optional.of(GrantRefusal.WRONG_CODE), List.of());
    }

    /** The form that authenticator apps read from a QR code. */
    private String uri(Account account, String secret) {
        return "otpauth://totp/" + encoded(issuer) + ":"
                + encoded(account.email().value()) + "?secret=" + secret + "&issuer=" + encoded(issuer)
                + "&algorithm=SHA1&digits=6&period=30";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

package dev.portcullis.auth.account;

import dev.portcullis.auth.account.Accounts.FactorBegun;
import dev.portcullis.auth.account.Accounts.FactorConfirmed;
import dev.portcullis.auth.account.Accounts.FactorFound;
import dev.portcullis.auth.account.Accounts.FactorRemoved;
import dev.portcullis.auth.account.Accounts.Found;
import dev.portcullis.auth.account.Accounts.LoggedOut;
import dev.portcullis.auth.account.Accounts.LoginEnded;
import dev.portcullis.auth.account.Accounts.LoginList;
import dev.portcullis.auth.account.Accounts.PasswordChecked;
import dev.portcullis.auth.account.GrantResult.Refused;
import dev.portcullis.auth.account.MailedLinks.LinkUsed;
import dev.portcullis.auth.account.MailedLinks.Resent;
import dev.portcullis.auth.account.MailedLinks.ResetAsked;
import dev.portcullis.auth.refresh.RefreshChoice;
import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Answers the questions about accounts in the stage {@code auth}. One for a node. */
public final class AccountResponder {
    private static final Optional<GrantRefusal> DISABLED = Optional.of(GrantRefusal.DISABLED);

    private final Optional<Services> services;
    private final Optional<UserAccountResponder> kept;

    private AccountResponder(Optional<Services> services, Optional<UserAccountResponder> kept) {
        this.services = services;
        this.kept = kept;
    }

    private record Services(
            AccountService accounts,
            LoginRefresher refresher,
            FactorService factors,
            Optional<MailedLinkService> links) {}

    /** @param links empty where no mail is sent */
    public static AccountResponder of(
            AccountService accounts,
            LoginRefresher refresher,
            FactorService factors,
            Optional<MailedLinkService> links) {
        return new AccountResponder(Optional.of(new Services(accounts, refresher, factors, links)), Optional.empty());
    }

    /** Answers that accounts are disabled, on a node that has none. */
    public static AccountResponder disabled() {
        return new AccountResponder(Optional.empty(), Optional.empty());
    }

    /** The same responder, which answers operators too. */
    public AccountResponder with(UserAccountResponder operators) {
        return new AccountResponder(services, Optional.of(operators));
    }

    /** Completes when questions can arrive at this instance. */
    public Future<?> open(Bus bus, int instance) {
        return Future.all(List.of(
                kept.<Future<?>>map(each -> each.open(bus, instance)).orElseGet(Future::succeededFuture),
                bus.answer(Accounts.REGISTER, instance, request -> grant(with -> with.accounts.register(request))),
                bus.answer(Accounts.LOG_IN, instance, request -> grant(with -> with.accounts.logIn(request))),
                bus.answer(Accounts.REFRESH, instance, request -> grant(with -> with.refresher.refresh(request))),
                bus.answer(
                        Accounts.CHOOSE_REFRESH,
                        instance,
                        request -> answer(
                                with -> with.refresher.choose(request.refreshTokens()),
                                new RefreshChoice.Tokens(request.refreshTokens()))),
                bus.answer(
                        Accounts.CHANGE_PASSWORD,
                        instance,
                        request -> grant(with -> with.accounts.changePassword(request))),
                bus.answer(
                        Accounts.LOG_OUT,
                        instance,
                        request -> answer(
                                with -> with.accounts
                                        .logOut(request.user(), request.sid())
                                        .map(new LoggedOut()),
                                new LoggedOut())),
                bus.answer(
                        Accounts.FIND,
                        instance,
                        request -> answer(
                                with -> with.accounts.find(request.user()).map(Found::new),
                                new Found(Optional.empty()))),
                openLogins(bus, instance),
                openFactors(bus, instance),
                openLinks(bus, instance)));
    }

    /** Answers calls of users about their second factor. */
    private Future<?> openFactors(Bus bus, int instance) {
        return Future.all(
                bus.answer(
                        Accounts.BEGIN_FACTOR,
                        instance,
                        request -> answer(
                                with -> with.factors.begin(request), new FactorBegun(DISABLED, Optional.empty()))),
                bus.answer(
                        Accounts.CONFIRM_FACTOR,
                        instance,
                        request -> answer(
                                with -> with.factors.confirm(request), new FactorConfirmed(DISABLED, List.of()))),
                bus.answer(
                        Accounts.REMOVE_FACTOR,
                        instance,
                        request -> answer(
                                with -> with.factors.remove(request).map(FactorRemoved::new),
                                new FactorRemoved(DISABLED))),
                bus.answer(
                        Accounts.FIND_FACTOR,
                        instance,
                        request -> answer(
                                with -> with.factors.find(request.user()).map(FactorFound::new),
                                new FactorFound(Optional.empty()))));
    }

    /** Answers calls of users by links in mails. */
    private Future<?> openLinks(Bus bus, int instance) {
        Optional<MailedLinkService> links = services.flatMap(with -> with.links);
        LinkUsed disabled = LinkUsed.refused(GrantRefusal.DISABLED);
        return Future.all(
                bus.answer(
                        MailedLinks.VERIFY,
                        instance,
                        request -> links.map(with -> with.verify(request.token()))
                                .orElseGet(() -> Future.succeededFuture(disabled))),
                bus.answer(
                        MailedLinks.RESEND,
                        instance,
                        request -> links.map(with -> with.resend(request))
                                .orElseGet(() -> Future.succeededFuture(new Resent(DISABLED, 0)))),
                bus.answer(
                        MailedLinks.ASK_RESET,
                        instance,
                        request -> Future.succeededFuture(
                                new ResetAsked(links.map(with -> with.askReset(request.email(), request.network()))
                                        .orElse(DISABLED)))),
                bus.answer(
                        MailedLinks.RESET,
                        instance,
                        request -> links.map(with -> with.reset(request.token(), request.newPassword()))
                                .orElseGet(() -> Future.succeededFuture(disabled))));
    }

    /** Answers calls of users about their own logins. */
    private Future<?> openLogins(Bus bus, int instance) {
        return Future.all(
                bus.answer(
                        Accounts.CHECK_PASSWORD,
                        instance,
                        request -> answer(
                                with -> with.accounts.checkPassword(request).map(PasswordChecked::new),
                                new PasswordChecked(DISABLED))),
                bus.answer(
                        Accounts.LIST_LOGINS,
                        instance,
                        request -> answer(
                                with -> with.accounts.logins(request.user()).map(LoginList::new),
                                new LoginList(Optional.empty()))),
                bus.answer(
                        Accounts.END_LOGIN,
                        instance,
                        request -> answer(
                                with -> with.accounts
                                        .endLogin(request.user(), request.sid())
                                        .map(LoginEnded::new),
                                new LoginEnded(false))));
    }

    /** Logins that an operator revokes end here too, also one that is refreshed meanwhile (CWE-613). */
    public Future<Void> revoked(Revocation revocation) {
        return revocation.fold(
                token -> Future.succeededFuture(),
                login -> login.user().map(user -> end(user, login.sid())).orElseGet(Future::succeededFuture),
                user -> services.map(with -> with.accounts.endBegunBefore(user.user(), user.issuedBefore()))
                        .orElseGet(Future::succeededFuture),
                session -> Future.succeededFuture());
    }

    private Future<Void> end(UserId user, String sid) {
        return services.map(with -> with.accounts.logOut(user, sid)).orElseGet(Future::succeededFuture);
    }

    private Future<GrantResult> grant(Function<Services, Future<GrantResult>> ask) {
        return answer(ask, new Refused(GrantRefusal.DISABLED));
    }

    private <A> Future<A> answer(Function<Services, Future<A>> ask, A withoutAccounts) {
        return services.map(ask).orElseGet(() -> Future.succeededFuture(withoutAccounts));
    }
}

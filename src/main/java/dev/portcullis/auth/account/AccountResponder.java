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
import dev.portcullis.bus.Question;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Answers the questions about accounts in the stage {@code auth}. One for a node. */
public final class AccountResponder {
    private static final Optional<GrantRefusal> DISABLED = Optional.of(GrantRefusal.DISABLED);
    private static final GrantResult NO_GRANT = new Refused(GrantRefusal.DISABLED);

    private final Optional<Services> services;
    private final Optional<UserAccountResponder> kept;

    /** @param kept answers operators */
    public AccountResponder(Optional<Services> services, Optional<UserAccountResponder> kept) {
        this.services = services;
        this.kept = kept;
    }

    /** @param links empty where no mail is sent */
    public record Services(
            AccountService accounts,
            LoginRefresher refresher,
            FactorService factors,
            Optional<MailedLinkService> links) {}

    /** Answers that accounts are disabled, on a node that has none. */
    public static AccountResponder disabled() {
        return new AccountResponder(Optional.empty(), Optional.empty());
    }

    /** Completes when questions can arrive at this instance. */
    public Future<?> open(Bus bus, int instance) {
        Answers<Services> answers = new Answers<>(bus, instance, services);
        return Future.all(List.of(
                kept.<Future<?>>map(each -> each.open(bus, instance)).orElseGet(Future::succeededFuture),
                answers.to(Accounts.REGISTER, NO_GRANT, (with, request) -> with.accounts.register(request)),
                answers.to(Accounts.LOG_IN, NO_GRANT, (with, request) -> with.accounts.logIn(request)),
                answers.to(Accounts.REFRESH, NO_GRANT, (with, request) -> with.refresher.refresh(request)),
                bus.answer(
                        Accounts.CHOOSE_REFRESH,
                        instance,
                        request -> services.map(with -> with.refresher.choose(request.refreshTokens()))
                                .orElseGet(() ->
                                        Future.succeededFuture(new RefreshChoice.Tokens(request.refreshTokens())))),
                answers.to(
                        Accounts.CHANGE_PASSWORD, NO_GRANT, (with, request) -> with.accounts.changePassword(request)),
                answers.to(
                        Accounts.LOG_OUT,
                        new LoggedOut(),
                        (with, request) -> with.accounts
                                .logOut(request.user(), request.sid())
                                .map(new LoggedOut())),
                answers.to(
                        Accounts.FIND,
                        new Found(Optional.empty()),
                        (with, request) -> with.accounts.find(request.user()).map(Found::new)),
                openLogins(answers),
                openFactors(answers),
                openLinks(new Answers<>(bus, instance, services.flatMap(with -> with.links)))));
    }

    /** Answers calls of users about their own logins. */
    private static Future<?> openLogins(Answers<Services> answers) {
        return Future.all(
                answers.to(
                        Accounts.CHECK_PASSWORD,
                        new PasswordChecked(DISABLED),
                        (with, request) -> with.accounts.checkPassword(request).map(PasswordChecked::new)),
                answers.to(
                        Accounts.LIST_LOGINS,
                        new LoginList(Optional.empty()),
                        (with, request) -> with.accounts.logins(request.user()).map(LoginList::new)),
                answers.to(
                        Accounts.END_LOGIN,
                        new LoginEnded(false),
                        (with, request) -> with.accounts
                                .endLogin(request.user(), request.sid())
                                .map(LoginEnded::new)));
    }

    /** Answers calls of users about their second factor. */
    private static Future<?> openFactors(Answers<Services> answers) {
        return Future.all(
                answers.to(
                        Accounts.BEGIN_FACTOR,
                        new FactorBegun(DISABLED, Optional.empty()),
                        (with, request) -> with.factors.begin(request)),
                answers.to(
                        Accounts.CONFIRM_FACTOR,
                        new FactorConfirmed(DISABLED, List.of()),
                        (with, request) -> with.factors.confirm(request)),
                answers.to(
                        Accounts.REMOVE_FACTOR,
                        new FactorRemoved(DISABLED),
                        (with, request) -> with.factors.remove(request).map(FactorRemoved::new)),
                answers.to(
                        Accounts.FIND_FACTOR,
                        new FactorFound(Optional.empty()),
                        (with, request) -> with.factors.find(request.user()).map(FactorFound::new)));
    }

    /** Answers calls of users by links in mails. */
    private static Future<?> openLinks(Answers<MailedLinkService> answers) {
        LinkUsed disabled = LinkUsed.refused(GrantRefusal.DISABLED);
        return Future.all(
                answers.to(MailedLinks.VERIFY, disabled, (links, request) -> links.verify(request.token())),
                answers.to(MailedLinks.RESEND, new Resent(DISABLED, 0), MailedLinkService::resend),
                answers.to(
                        MailedLinks.ASK_RESET,
                        new ResetAsked(DISABLED),
                        (links, request) -> Future.succeededFuture(
                                new ResetAsked(links.askReset(request.email(), request.network())))),
                answers.to(
                        MailedLinks.RESET,
                        disabled,
                        (links, request) -> links.reset(request.token(), request.newPassword())));
    }

    /** Logins that an operator revokes end here too, also one that is refreshed meanwhile (CWE-613). */
    public Future<Void> revoked(Revocation revocation) {
        return revocation.fold(new Revocation.Cases<>(
                token -> Future.succeededFuture(),
                login -> login.user().map(user -> end(user, login.sid())).orElseGet(Future::succeededFuture),
                user -> services.map(with -> with.accounts.endBegunBefore(user.user(), user.issuedBefore()))
                        .orElseGet(Future::succeededFuture),
                session -> Future.succeededFuture()));
    }

    private Future<Void> end(UserId user, String sid) {
        return services.map(with -> with.accounts.logOut(user, sid)).orElseGet(Future::succeededFuture);
    }

    /** Answers at one instance what a node with these services can say, and something else on others. */
    private record Answers<S>(Bus bus, int instance, Optional<S> services) {
        <Q, A> Future<?> to(Question<Q, A> question, A disabled, BiFunction<S, Q, Future<A>> answer) {
            return bus.answer(
                    question,
                    instance,
                    request -> services.map(with -> answer.apply(with, request))
                            .orElseGet(() -> Future.succeededFuture(disabled)));
        }
    }
}

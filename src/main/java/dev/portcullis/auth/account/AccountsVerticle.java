package dev.portcullis.auth.account;

import dev.portcullis.auth.account.Accounts.Found;
import dev.portcullis.auth.account.Accounts.LoggedOut;
import dev.portcullis.auth.account.GrantResult.Refused;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Optional;
import java.util.function.BiFunction;

/** Answers the questions about accounts in one instance of the stage {@code auth}. */
public final class AccountsVerticle extends VerticleBase {
    private final int instance;
    private final Bus bus;
    private final Optional<Services> services;

    /** What answers. */
    public record Services(AccountService accounts, LoginRefresher refresher) {}

    /** @param services empty on a node that has no accounts */
    public AccountsVerticle(int instance, Bus bus, Optional<Services> services) {
        this.instance = instance;
        this.bus = bus;
        this.services = services;
    }

    @Override
    public Future<?> start() {
        return Future.all(
                answer(Accounts.REGISTER, (with, request) -> with.accounts.register(request)),
                answer(Accounts.LOG_IN, (with, request) -> with.accounts.logIn(request)),
                answer(Accounts.REFRESH, (with, request) -> with.refresher.refresh(request.refreshToken())),
                answer(Accounts.CHANGE_PASSWORD, (with, request) -> with.accounts.changePassword(request)),
                answer(
                        Accounts.LOG_OUT,
                        (with, request) -> with.accounts
                                .logOut(request.user(), request.sid())
                                .map(new LoggedOut()),
                        new LoggedOut()),
                answer(
                        Accounts.FIND,
                        (with, request) -> with.accounts.find(request.user()).map(Found::new),
                        new Found(Optional.empty())));
    }

    private <Q> Future<Void> answer(
            Question<Q, GrantResult> question, BiFunction<Services, Q, Future<GrantResult>> answer) {
        return answer(question, answer, new Refused(GrantRefusal.DISABLED));
    }

    private <Q, A> Future<Void> answer(
            Question<Q, A> question, BiFunction<Services, Q, Future<A>> answer, A withoutAccounts) {
        return bus.answer(
                question,
                instance,
                request -> services.map(with -> answer.apply(with, request))
                        .orElseGet(() -> Future.succeededFuture(withoutAccounts)));
    }
}

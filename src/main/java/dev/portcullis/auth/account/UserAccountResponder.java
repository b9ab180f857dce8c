package dev.portcullis.auth.account;

import dev.portcullis.auth.account.UserAccounts.Deleted;
import dev.portcullis.auth.account.UserAccounts.Kept;
import dev.portcullis.auth.account.UserAccounts.KeptAccount;
import dev.portcullis.bus.Bus;
import io.vertx.core.Future;

/** Answers what operators ask about the accounts that are kept. */
public final class UserAccountResponder {
    private final AccountStore accounts;

    public UserAccountResponder(AccountStore accounts) {
        this.accounts = accounts;
    }

    /** Completes when questions can arrive at this instance. */
    public Future<?> open(Bus bus, int instance) {
        return Future.all(
                bus.answer(
                        UserAccounts.READ,
                        instance,
                        request -> accounts.find(request.user())
                                .map(found -> new Kept(found.map(UserAccountResponder::kept)))),
                bus.answer(
                        UserAccounts.DELETE,
                        instance,
                        request -> accounts.delete(request.user()).map(new Deleted())));
    }

    private static KeptAccount kept(AccountState state) {
        Account account = state.account();
        return new KeptAccount(
                account.username().shown(),
                account.email().value(),
                account.createdAt(),
                state.families().stream().map(LoginEntry::of).toList());
    }
}

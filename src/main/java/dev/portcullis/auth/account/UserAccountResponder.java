package dev.portcullis.auth.account;

import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.auth.account.UserAccounts.Deleted;
import dev.portcullis.auth.account.UserAccounts.FactorRemoved;
import dev.portcullis.auth.account.UserAccounts.Kept;
import dev.portcullis.auth.account.UserAccounts.KeptAccount;
import dev.portcullis.auth.account.UserAccounts.Withdrawn;
import dev.portcullis.auth.invitation.AccountInvitations;
import dev.portcullis.bus.Bus;
import io.vertx.core.Future;
import java.util.Optional;

/** Answers what operators ask about the accounts that are kept. */
public final class UserAccountResponder {
    private final AccountStore accounts;
    private final AccountInvitations invitations;

    public UserAccountResponder(AccountStore accounts, AccountInvitations invitations) {
        this.accounts = accounts;
        this.invitations = invitations;
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
                        request -> accounts.delete(request.user()).map(Deleted::new)),
                bus.answer(
                        UserAccounts.REMOVE_FACTOR,
                        instance,
                        request -> accounts.update(request.user(), UserAccountResponder::withoutFactor)
                                .map(found -> new FactorRemoved(found.orElse(false)))),
                bus.answer(UserAccounts.INVITE, instance, request -> invitations.make(request.lifetimeMs())),
                bus.answer(UserAccounts.LIST_INVITATIONS, instance, request -> invitations.list(request.from())),
                bus.answer(
                        UserAccounts.WITHDRAW_INVITATION,
                        instance,
                        request -> invitations.withdraw(request.id()).map(Withdrawn::new)));
    }

    private static Change<Boolean> withoutFactor(AccountState state) {
        return state.factor().isPresent() ? Change.to(state.withFactor(Optional.empty()), true) : Change.none(false);
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

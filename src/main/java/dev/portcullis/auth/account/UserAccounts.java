package dev.portcullis.auth.account;

import dev.portcullis.auth.invitation.AccountInvitationStore.Listing;
import dev.portcullis.auth.invitation.AccountInvitations.Made;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * The calls of operators about accounts, which are kept also where accounts are disabled. Its futures fail only with a {@code
 * BusFailure}.
 */
public final class UserAccounts {
    static final Question<Read, Kept> READ =
            Question.about(Stage.AUTH, "kept_account", Read.class, Kept.class, Read::user);
    static final Question<Delete, Deleted> DELETE =
            Question.about(Stage.AUTH, "delete_account", Delete.class, Deleted.class, Delete::user);

    static final Question<RemoveFactor, FactorRemoved> REMOVE_FACTOR = Question.about(
            Stage.AUTH, "remove_user_factor", RemoveFactor.class, FactorRemoved.class, RemoveFactor::user);

    static final Question<Invite, Made> INVITE =
            Question.about(Stage.AUTH, "invite", Invite.class, Made.class, Invite::lifetimeMs);

    static final Question<ListInvitations, Listing> LIST_INVITATIONS = Question.about(
            Stage.AUTH, "list_account_invitations", ListInvitations.class, Listing.class, ListInvitations::from);

    static final Question<WithdrawInvitation, Withdrawn> WITHDRAW_INVITATION = Question.about(
            Stage.AUTH,
            "withdraw_account_invitation",
            WithdrawInvitation.class,
            Withdrawn.class,
            WithdrawInvitation::id);

    private final Bus bus;

    public UserAccounts(Bus bus) {
        this.bus = bus;
    }

    public Future<Optional<KeptAccount>> find(UserId user) {
        return bus.ask(READ, new Read(user)).map(Kept::account);
    }

    /** Idempotent. Its names are free then. False if there was none. */
    public Future<Boolean> delete(UserId user) {
        return bus.ask(DELETE, new Delete(user)).map(Deleted::found);
    }

    /** Removes the second factor of an account; false where there is none. */
    public Future<Boolean> removeFactor(UserId user) {
        return bus.ask(REMOVE_FACTOR, new RemoveFactor(user)).map(FactorRemoved::found);
    }

    /** Makes an invitation to create an account. A repeated call makes another one. */
    public Future<Made> invite(long lifetimeMs) {
        return bus.ask(INVITE, new Invite(lifetimeMs));
    }

    /** @param from where to begin; empty for the first */
    public Future<Listing> invitations(String from) {
        return bus.ask(LIST_INVITATIONS, new ListInvitations(from));
    }

    /** False where there is no such invitation. */
    public Future<Boolean> withdrawInvitation(String id) {
        return bus.ask(WITHDRAW_INVITATION, new WithdrawInvitation(id)).map(Withdrawn::found);
    }

    record ListInvitations(String from) {}

    record WithdrawInvitation(String id) {}

    record Withdrawn(boolean found) {}

    record Invite(long lifetimeMs) {}

    /**
     * An account without its password.
     *
     * @param username as it is shown
     */
    public record KeptAccount(String username, String email, long createdAt, List<LoginEntry> logins) {
        public KeptAccount {
            logins = List.copyOf(logins);
        }
    }

    record Read(UserId user) {}

    record Kept(Optional<KeptAccount> account) {}

    record RemoveFactor(UserId user) {}

    record FactorRemoved(boolean found) {}

    record Delete(UserId user) {}

    record Deleted(boolean found) {}
}

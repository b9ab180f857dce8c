package dev.portcullis.auth.account;

import dev.portcullis.auth.account.AccountsConfig.Registration;
import dev.portcullis.auth.invitation.AccountInvitations;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;

/** Decides whether a stranger may create an account. */
public final class RegistrationGate {
    private final Registration registration;
    private final AccountInvitations invitations;

    public RegistrationGate(Registration registration, AccountInvitations invitations) {
        this.registration = registration;
        this.invitations = invitations;
    }

    /**
     * The reason against a registration, if there is one. An admitted registration uses its invitation at once, so that of two
     * concurrent ones with it only one goes on.
     *
     * @param user the user who will be registered
     */
    Future<Optional<GrantRefusal>> admit(Optional<String> invitation, UserId user) {
        return switch (registration) {
            case OPEN, VERIFIED -> Future.succeededFuture(Optional.empty());
            case CLOSED -> Future.succeededFuture(Optional.of(GrantRefusal.REGISTRATION_CLOSED));
            case INVITED ->
                invitation
                        .map(code -> invitations.take(code, user))
                        .orElseGet(() -> Future.succeededFuture(false))
                        .map(taken -> taken ? Optional.empty() : Optional.of(GrantRefusal.NOT_INVITED));
        };
    }

    /** The user whom it had admitted was surely not registered. */
    Future<Void> giveBack(Optional<String> invitation, UserId user) {
        return registration == Registration.INVITED && invitation.isPresent()
                ? invitations.giveBack(invitation.get(), user)
                : Future.succeededFuture();
    }
}

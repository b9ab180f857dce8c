package dev.portcullis.auth.invitation;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;

/** Keeps invitations until they expire, by the hash of their code. A failed future means that the store failed. */
public interface AccountInvitationStore {
    /** @param now invitations that are over by then are forgotten, at any later time */
    Future<Void> add(String hash, AccountInvitation invitation, long now);

    /**
     * Changes an invitation in one atomic step; false if it does not exist, or the step changes nothing.
     *
     * @param step may be called more than once, and only the last call counts: it must have no effects
     */
    Future<Boolean> update(String hash, Function<AccountInvitation, Optional<AccountInvitation>> step);
}

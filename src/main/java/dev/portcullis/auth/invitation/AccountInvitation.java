package dev.portcullis.auth.invitation;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * An invitation as it is kept.
 *
 * @param madeAt milliseconds
 * @param usedBy the user who registered with it, or does so now
 */
record AccountInvitation(long madeAt, long expiresAt, Optional<UserId> usedBy) {
    boolean isOver(long now) {
        return now >= expiresAt;
    }

    /** The invitation after this user has taken it; empty if that is too late. */
    Optional<AccountInvitation> takenBy(UserId user, long now) {
        return usedBy.isPresent() || isOver(now)
                ? Optional.empty()
                : Optional.of(new AccountInvitation(madeAt, expiresAt, Optional.of(user)));
    }

    /** The invitation after this user was not registered; empty if another one has it. */
    Optional<AccountInvitation> givenBackBy(UserId user) {
        return usedBy.filter(user::equals).map(own -> new AccountInvitation(madeAt, expiresAt, Optional.empty()));
    }
}

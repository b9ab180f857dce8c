package dev.portcullis.auth.invitation;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import java.util.Optional;

/**
 * An invitation as it is kept.
 *
 * @param madeAt milliseconds
 * @param usedBy the user who registered with it, or does so now
 */
record AccountInvitation(long madeAt, long expiresAt, Optional<UserId> usedBy) {
    private static final String FORMAT = "1";
    private static final String UNUSED = "-";

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

    String row() {
        return FORMAT + ' ' + expiresAt + ' ' + usedBy.map(UserId::value).orElse(UNUSED) + ' ' + madeAt;
    }

    static AccountInvitation of(String row) {
        String[] parts = row.split(" ", -1);
        if (parts.length != 4 || !parts[0].equals(FORMAT)) {
            throw new StoreFailure("an invitation can't be read");
        }
        return new AccountInvitation(
                Long.parseLong(parts[3]),
                Long.parseLong(parts[1]),
                parts[2].equals(UNUSED) ? Optional.empty() : Optional.of(new UserId(parts[2])));
    }
}

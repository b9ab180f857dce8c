package dev.portcullis.admin.users;

import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Deletes a user. Each step may be repeated, so a call that broke off is repeated as a whole. First what lets the user in,
 * then what others see of them, and last what the steps before find their way by: the lists of rooms, and the inbox that
 * names those whom the user wrote to.
 */
public final class UserDeletion {
    private final UserStages stages;
    private final Supplier<Future<?>> cutOff;
    private final LongSupplier clock;

    /** @param cutOff completes when nothing of a session that was ended before can be appended any more */
    public UserDeletion(UserStages stages, Supplier<Future<?>> cutOff, LongSupplier clock) {
        this.stages = stages;
        this.cutOff = cutOff;
        this.clock = clock;
    }

    /** Completes when nothing is left. A failed future means that a part may be left: then it is to be repeated. */
    public Future<Void> delete(UserId user) {
        return stages.accounts()
                .delete(user) // first, so that no token is issued behind the revocation
                .compose(any -> stages.revoker().revoke(new Revocation.OfUser(user, clock.getAsLong())))
                .compose(any -> cutOff.get())
                .compose(any -> stages.uploads().forget(user))
                .compose(any -> stages.streams().disown(user, false))
                .compose(any -> stages.rooms().end(user))
                .compose(any -> stages.streams().clear(user))
                .mapEmpty();
    }
}

package dev.portcullis.admin.users;

import dev.portcullis.admin.users.DeletionReport.Counts;
import dev.portcullis.admin.users.DeletionReport.Kind;
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
    public Future<DeletionReport> delete(UserId user, KeptMessages messages) {
        Counts counts = new Counts();
        long begunAt = clock.getAsLong();
        return stages.accounts()
                .delete(user) // first, so that no token is issued behind the revocation
                .onSuccess(found -> counts.add(Kind.ACCOUNTS, found ? 1 : 0))
                .compose(any -> stages.revoker().revoke(new Revocation.OfUser(user, clock.getAsLong())))
                .compose(any -> cutOff.get())
                .compose(any -> messages.namesUser() ? Future.succeededFuture() : takeOut(user, messages, counts))
                .compose(any -> stages.rooms().end(user))
                .compose(any -> stages.streams().clear(user))
                .map(cleared -> {
                    counts.add(Kind.INBOX_ENTRIES, cleared.entries());
                    counts.add(Kind.ARCHIVED_INBOX_ENTRIES, cleared.archived());
                    return counts.report(messages, begunAt, clock.getAsLong());
                });
    }

    /** Takes the user out of what others see. */
    private Future<?> takeOut(UserId user, KeptMessages messages, Counts counts) {
        return stages.uploads()
                .forget(user)
                .onSuccess(files -> counts.add(Kind.FILES, files))
                .compose(any -> stages.streams().disown(user, !messages.hasTexts()))
                .onSuccess(touched -> {
                    counts.add(Kind.ENTRIES, touched.entries());
                    counts.add(Kind.ARCHIVED_ENTRIES, touched.archived());
                })
                .compose(any -> stages.hooks()
                        .filter(hooks -> !messages.hasTexts())
                        .map(hooks -> hooks.erase(user))
                        .orElseGet(() -> Future.succeededFuture(0L)))
                .onSuccess(events -> counts.add(Kind.HOOK_EVENTS, events));
    }
}

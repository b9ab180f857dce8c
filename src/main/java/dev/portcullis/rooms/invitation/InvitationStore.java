package dev.portcullis.rooms.invitation;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.function.Function;

/** Keeps the invitations of users. A failed future means that the store failed, and that the step may or may not be done. */
public interface InvitationStore {
    /** A step's result, and what the book is afterwards. */
    record Change<T>(InvitationBook next, T result) {}

    /** An empty book for a user without one: it tells nothing about whether the user exists. */
    Future<InvitationBook> find(UserId user);

    /**
     * Changes a user's book in one atomic step.
     *
     * @param step may be called more than once, and only the last call counts: it must have no effects
     */
    <T> Future<T> update(UserId user, Function<InvitationBook, Change<T>> step);
}

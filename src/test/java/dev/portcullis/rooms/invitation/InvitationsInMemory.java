package dev.portcullis.rooms.invitation;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Invitations for tests of other things, without a store. */
public final class InvitationsInMemory implements InvitationStore {
    private final Map<UserId, InvitationBook> books = new HashMap<>();

    @Override
    public synchronized Future<InvitationBook> find(UserId user) {
        return Future.succeededFuture(books.getOrDefault(user, InvitationBook.EMPTY));
    }

    @Override
    public synchronized <T> Future<T> update(UserId user, Function<InvitationBook, Change<T>> step) {
        Change<T> change = step.apply(books.getOrDefault(user, InvitationBook.EMPTY));
        books.put(user, change.next());
        return Future.succeededFuture(change.result());
    }
}

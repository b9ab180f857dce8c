package dev.portcullis.rooms.invitation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import java.util.function.Function;

/** Invitations in the embedded store: a row for each user who has some. */
public final class EmbeddedInvitationStore implements InvitationStore {
    private final EmbeddedStore store;
    private final Table books;

    /** Blocks the thread: create it while starting. */
    public EmbeddedInvitationStore(EmbeddedStore store) {
        this.store = store;
        this.books = store.table("rooms.invitations");
    }

    @Override
    public Future<InvitationBook> find(UserId user) {
        return store.read(reader -> InvitationRow.decode(reader.get(books, key(user))));
    }

    @Override
    public <T> Future<T> update(UserId user, Function<InvitationBook, Change<T>> step) {
        return store.write(batch -> {
            InvitationBook book = InvitationRow.decode(batch.get(books, key(user)));
            Change<T> change = step.apply(book);
            if (change.next().equals(InvitationBook.EMPTY)) {
                batch.delete(books, key(user));
            } else if (!change.next().equals(book)) {
                batch.put(books, key(user), InvitationRow.encode(change.next()));
            }
            return change.result();
        });
    }

    private static byte[] key(UserId user) {
        return user.value().getBytes(US_ASCII);
    }
}

package dev.portcullis.rooms.invitation;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.function.Function;

/**
 * Keeps the invitations of users: a row in the lane of each user who has some. A failed future means that the store failed, and
 * that the step may or may not be done.
 */
public final class InvitationStore {
    private static final RowForm<InvitationBook> BOOK = RowForm.of(InvitationBook.class);

    private final RowStore rows;

    /** The result of a step, and the book after it. */
    public record Change<T>(InvitationBook next, T result) {}

    public InvitationStore(RowStore rows) {
        this.rows = rows;
    }

    /** The user's book; empty for a user without one, so that it tells nothing about whether the user exists. */
    public Future<InvitationBook> find(UserId user) {
        RowKey row = rowOf(user);
        return rows.read(laneOf(user), ReadSet.of(row)).map(found -> book(found, row));
    }

    /**
     * Changes a user's book in one atomic step.
     *
     * @param step may be called more than once, and only the last call counts: it must have no effects
     */
    public <T> Future<T> update(UserId user, Function<InvitationBook, Change<T>> step) {
        RowKey row = rowOf(user);
        return rows.change(laneOf(user), ReadSet.of(row), found -> {
            InvitationBook book = book(found, row);
            Change<T> change = step.apply(book);
            return RowStep.done(change.result(), writes(row, book, change.next()));
        });
    }

    private static WriteSet writes(RowKey row, InvitationBook before, InvitationBook after) {
        if (after.equals(before)) {
            return WriteSet.NONE;
        }
        return after.equals(InvitationBook.EMPTY) ? WriteSet.NONE.remove(row) : WriteSet.of(row, BOOK.encode(after));
    }

    private static InvitationBook book(Rows found, RowKey row) {
        return found.get(row).map(BOOK::decode).orElse(InvitationBook.EMPTY);
    }

    private static int laneOf(UserId user) {
        return StreamName.inbox(user).lane();
    }

    private static RowKey rowOf(UserId user) {
        return RowKey.of("iv", user.value());
    }
}

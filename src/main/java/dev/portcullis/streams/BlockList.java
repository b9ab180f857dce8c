package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;

/**
 * The rows of the users whom the owner of an inbox blocks, and the rules of their changes. They lie in the lane of the inbox: an
 * append to it looks in its own step whether there is a row of its sender.
 */
public record BlockList(StreamName inbox) {
    /** The table of the blocks; each inbox has a partition of it. A block is a row of the blocked user without a value. */
    public static final String TABLE = "bl";

    public static BlockList of(UserId owner) {
        return new BlockList(StreamName.inbox(owner));
    }

    public RowKey row(UserId user) {
        return rows().row(user.value());
    }

    Partition rows() {
        return new Partition(TABLE, inbox.value());
    }

    /** The row with the number of blocks: without it, a step that adds one would have to read all. */
    RowKey count() {
        return RowKey.of("blc", inbox.value());
    }

    /** Blocks a user. False if as many others are blocked already. */
    RowStep<Boolean> block(UserId user, int most, long notAfter, Rows found) {
        if (found.get(row(user)).isPresent()) {
            return RowStep.done(true);
        }
        return found.number(count()) < most
                ? new RowStep.Done<>(true, WriteSet.of(row(user), "").add(count(), 1), notAfter)
                : RowStep.done(false);
    }

    /** Lifts a block. False if there is none. */
    RowStep<Boolean> lift(UserId user, long notAfter, Rows found) {
        return found.get(row(user)).isPresent()
                ? new RowStep.Done<>(true, WriteSet.NONE.remove(row(user)).add(count(), -1), notAfter)
                : RowStep.done(false);
    }
}

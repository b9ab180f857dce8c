package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Keeps whom each user blocks. Each method is one atomic step. A failed future means that the store failed, and that the step
 * may or may not be done.
 */
public final class BlockListStore {
    private final RowStore rows;

    public BlockListStore(RowStore rows) {
        this.rows = rows;
    }

    /**
     * Blocks a user: from now on nothing of theirs is appended to the owner's inbox. {@code false} if the owner blocks as many
     * others as possible. A step that comes too late does nothing, and fails: the block may have been lifted meanwhile.
     *
     * @param notAfter the latest time, by the store's clock
     */
    public Future<Boolean> block(UserId owner, UserId user, int most, long notAfter) {
        BlockList list = BlockList.of(owner);
        return rows.change(
                list.inbox().lane(),
                ReadSet.of(list.row(user), list.count()),
                found -> list.block(user, most, notAfter, found));
    }

    /**
     * Lifts a block, if there is one. A step that comes too late does nothing, and fails: the user may have been blocked again
     * meanwhile.
     *
     * @param notAfter the latest time, by the store's clock
     */
    public Future<Void> lift(UserId owner, UserId user, long notAfter) {
        BlockList list = BlockList.of(owner);
        return rows.change(list.inbox().lane(), ReadSet.of(list.row(user)), found -> list.lift(user, notAfter, found))
                .mapEmpty();
    }

    public Future<Boolean> isBlocked(UserId owner, UserId user) {
        BlockList list = BlockList.of(owner);
        RowKey row = list.row(user);
        return rows.read(list.inbox().lane(), ReadSet.of(row))
                .map(found -> found.get(row).isPresent());
    }

    /** The users whom the owner blocks, in the order of their ids, behind {@code after}. */
    public Future<List<UserId>> blocked(UserId owner, Optional<UserId> after, int limit) {
        BlockList list = BlockList.of(owner);
        RowRange page = after.map(user -> list.rows().after(user.value(), limit))
                .orElseGet(() -> list.rows().first(limit));
        return rows.read(list.inbox().lane(), ReadSet.of(page))
                .map(found -> found.get(page).stream()
                        .map(row -> new UserId(row.key()))
                        .toList());
    }

    /** Lifts all blocks of a user who is deleted. */
    public Future<Void> clear(UserId owner) {
        BlockList list = BlockList.of(owner);
        return rows.write(list.inbox().lane(), WriteSet.NONE.clear(list.rows()).remove(list.count()));
    }
}

package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.StreamStore.Access;
import io.vertx.core.Future;
import java.util.OptionalLong;

/**
 * Keeps how far each member has read a room. A mark never moves back, on whichever node and device its member reads. A failed
 * future means that the store failed, and that the mark may have moved or not; marking again does no harm. {@link
 * StreamStore#access} tells a member's mark.
 */
public final class ReadMarkStore {
    private final RowStore rows;

    public ReadMarkStore(RowStore rows) {
        this.rows = rows;
    }

    /**
     * Moves a member's mark forward, in one atomic step, and returns its new place; empty if it did not move. The mark is never
     * beyond the room's head, and is forgotten no later than the room's stream. Most clients mark the same place again, which
     * costs nothing.
     *
     * @param access the access of this member to this room, as it was read before
     * @param most the most marks that are kept of the room; a new one replaces the one that is furthest behind
     */
    public Future<OptionalLong> mark(StreamName room, UserId member, long seq, Access access, int most) {
        ReadMarks marks = new ReadMarks(room);
        return ReadMarks.reached(seq, access) <= access.readSeq()
                ? Future.succeededFuture(OptionalLong.empty())
                : rows.change(
                        room.lane(),
                        marks.reads(member, access),
                        found -> marks.move(member, seq, access, most, found));
    }
}

package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.OptionalLong;

/** Read marks in the embedded store: a row for each member of a room who has one. */
final class EmbeddedReadMarkStore implements ReadMarkStore {
    private final EmbeddedStore store;
    private final StreamTables tables;

    EmbeddedReadMarkStore(EmbeddedStore store, StreamTables tables) {
        this.store = store;
        this.tables = tables;
    }

    /**
     * The plan for moving a mark, from a read at one moment.
     *
     * @param moves whether the mark moves forward: most clients mark the same place again, which needs no write
     * @param makesRoom the member who loses their mark if this is a new mark of a full room
     */
    private record Plan(boolean moves, Optional<UserId> makesRoom) {}

    @Override
    public Future<OptionalLong> mark(StreamName room, UserId member, long seq, int most) {
        return store.read(reader -> plan(reader, room, member, seq, most))
                .compose(plan -> plan.moves()
                        ? store.write(batch -> move(batch, room, member, seq, most, plan.makesRoom()))
                        : Future.succeededFuture(Optional.of(OptionalLong.empty())))
                .compose(moved -> moved.map(Future::succeededFuture)
                        .orElseGet(() -> mark(room, member, seq, most))); // others filled the room meanwhile
    }

    private Plan plan(Reader reader, StreamName room, UserId member, long seq, int most) {
        long head = tables.meta(reader, room).head();
        long former = tables.marks.of(reader, room, member);
        boolean isNew = former == 0;
        return new Plan(
                moves(Math.min(seq, head), former, head),
                isNew && tables.marks.count(reader, room) >= most
                        ? tables.marks.furthestBehind(reader, room)
                        : Optional.empty());
    }

    /** Moves the mark; empty if the room is full and no user is known who makes room. */
    private Optional<OptionalLong> move(
            Batch batch, StreamName room, UserId member, long wanted, int most, Optional<UserId> makesRoom) {
        long head = tables.meta(batch, room).head();
        long seq = Math.min(wanted, head);
        long former = tables.marks.of(batch, room, member);
        if (!moves(seq, former, head)) {
            return Optional.of(OptionalLong.empty());
        }
        if (former == 0 && tables.marks.count(batch, room) >= most) {
            makesRoom.ifPresent(user -> tables.marks.remove(batch, room, user));
            if (tables.marks.count(batch, room) >= most) {
                return Optional.empty();
            }
        }
        tables.marks.put(batch, room, member, seq);
        return Optional.of(OptionalLong.of(seq));
    }

    /** Whether the mark moves. A mark beyond the head is of an earlier stream of this name, and void. */
    private static boolean moves(long seq, long former, long head) {
        return seq >= 1 && (former > head || former < seq);
    }
}

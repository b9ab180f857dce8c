package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.RowReader;
import dev.portcullis.streams.record.RowWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of read marks: one for each member of a room, and the number of marks of each room, since a writer can't scan. */
final class MarkTables {
    private final Table marks;
    private final Table counts;

    MarkTables(EmbeddedStore store) {
        this.marks = store.table("streams.marks");
        this.counts = store.table("streams.mark_counts");
    }

    /** The member's mark, 0 if there is none. */
    long of(Reader reader, StreamName room, UserId member) {
        return number(reader.get(marks, RowKeys.ofUser(room, member)));
    }

    /** The member's mark; 0 if there is none. A mark beyond the head is of an earlier stream of this name, and void. */
    long of(Reader reader, StreamName room, UserId member, long head) {
        long seq = of(reader, room, member);
        return seq <= head ? seq : 0;
    }

    long of(Batch batch, StreamName room, UserId member) {
        return number(batch.get(marks, RowKeys.ofUser(room, member)));
    }

    long count(Reader reader, StreamName room) {
        return number(reader.get(counts, RowKeys.meta(room)));
    }

    long count(Batch batch, StreamName room) {
        return number(batch.get(counts, RowKeys.meta(room)));
    }

    Optional<UserId> furthestBehind(Reader reader, StreamName room) {
        List<UserId> last = new ArrayList<>();
        long[] lowest = {Long.MAX_VALUE};
        reader.scan(marks, RowKeys.firstOfUsers(room), RowKeys.endOfUsers(room), (key, row) -> {
            if (number(row) < lowest[0]) {
                lowest[0] = number(row);
                last.clear();
                last.add(RowKeys.userOf(room, key));
            }
            return true;
        });
        return last.stream().findFirst();
    }

    /** Some users who have a mark, up to a number. */
    List<UserId> users(Reader reader, StreamName room, int most) {
        List<UserId> users = new ArrayList<>();
        reader.scan(marks, RowKeys.firstOfUsers(room), RowKeys.endOfUsers(room), (key, row) -> {
            users.add(RowKeys.userOf(room, key));
            return users.size() < most;
        });
        return users;
    }

    void put(Batch batch, StreamName room, UserId member, long seq) {
        if (of(batch, room, member) == 0) {
            count(batch, room, 1);
        }
        batch.put(marks, RowKeys.ofUser(room, member), row(seq));
    }

    void remove(Batch batch, StreamName room, UserId member) {
        if (of(batch, room, member) > 0) {
            batch.delete(marks, RowKeys.ofUser(room, member));
            count(batch, room, -1);
        }
    }

    private void count(Batch batch, StreamName room, int delta) {
        long count = count(batch, room) + delta;
        if (count > 0) {
            batch.put(counts, RowKeys.meta(room), row(count));
        } else {
            batch.delete(counts, RowKeys.meta(room));
        }
    }

    private static byte[] row(long number) {
        return new RowWriter(Long.BYTES).number(number).end();
    }

    private static long number(byte @Nullable [] row) {
        return row == null ? 0 : new RowReader(row).number();
    }
}

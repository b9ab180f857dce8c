package dev.portcullis.hooks.outbox;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes what a deleted user wrote out of the events of a lane. Each becomes the deletion of its message: it keeps its place, and an
 * application that has the text, since it took the event and its answer was lost, deletes it. A taker that has the event at this
 * moment delivers what it read, once more perhaps.
 */
final class EventErasure {
    private static final int ROWS_AT_ONCE = 64;

    /** All three ids come before anything that a user can write, and none contains a quote. */
    private static final Pattern HEAD = Pattern.compile(
            "\"type\":\"[a-z_]+\",(\"(?:roomId|recipientId)\":\"[^\"]+\",\"messageId\":\"[^\"]+\",)\"userId\":\"([^\"]+)\"");

    private final RowStore rows;
    private final UserId user;

    EventErasure(RowStore rows, UserId user) {
        this.rows = rows;
        this.user = user;
    }

    /** Returns how many events were changed. */
    Future<Long> run(int lane, List<Partition> queues) {
        Future<Long> all = Future.succeededFuture(0L);
        for (Partition queue : queues) {
            all = all.compose(before -> run(lane, queue, queue.first(ROWS_AT_ONCE), before));
        }
        return all;
    }

    private Future<Long> run(int lane, Partition queue, RowRange range, long before) {
        return rows.read(lane, ReadSet.of(range)).compose(found -> {
            List<Row> read = found.get(range);
            List<RowKey> written = read.stream()
                    .filter(row -> erased(queue, row.value()).isPresent())
                    .map(row -> queue.row(row.key()))
                    .toList();
            Future<Integer> erased = written.isEmpty()
                    ? Future.succeededFuture(0)
                    : rows.change(lane, new ReadSet(written, List.of()), now -> step(now, queue, written));
            return erased.compose(count -> read.size() < range.limit()
                    ? Future.succeededFuture(before + count)
                    : run(lane, queue, queue.after(read.get(read.size() - 1).key(), ROWS_AT_ONCE), before + count));
        });
    }

    private RowStep<Integer> step(Rows now, Partition queue, List<RowKey> written) {
        WriteSet writes = WriteSet.NONE;
        int count = 0;
        for (RowKey key : written) {
            Optional<String> erased = now.get(key).flatMap(row -> erased(queue, row));
            if (erased.isPresent()) {
                writes = writes.put(key, erased.get());
                count++;
            }
        }
        return RowStep.done(count, writes);
    }

    /** The row without what the user wrote: that of an event, or of a dead letter, which ends with one. Empty for any other. */
    private Optional<String> erased(Partition queue, String row) {
        EventRow event = EventRow.decode(queue.equals(OutboxRows.DEAD) ? DeadLetter.eventOf(row) : row);
        Matcher head = HEAD.matcher(event.data());
        if (!head.lookingAt() || !head.group(2).equals(user.value())) {
            return Optional.empty();
        }
        String deletion = "\"type\":\"message_deleted\"," + head.group(1) + "\"userId\":\"deleted\",\"timestamp\":"
                + event.time() + '}';
        return Optional.of(event.replaced(row, HookType.MESSAGE_DELETED, deletion));
    }
}

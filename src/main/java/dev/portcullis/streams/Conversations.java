package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.streams.DirectConversation.Order;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * The rows of the entries of each conversation of an inbox, so that a conversation is read without the entries of others. They
 * lie in the lane of the inbox: the step that appends, trims or deletes an entry writes its row too. The scripts know the form.
 */
public record Conversations(StreamName inbox) {
    /** The table of the entries; each inbox has a partition of it. The key of a row is the other user and the seq. */
    public static final String TABLE = "ci";

    private static final String MESSAGE = "m";
    private static final int ROWS_AT_ONCE = 256;

    /** No id of a user contains a space, which comes before all characters of an id. */
    private static final char END_OF_USER = ' ';

    private static final char BEHIND_USER = END_OF_USER + 1;

    public RowKey row(UserId other, long seq) {
        return rows().row(key(other, seq));
    }

    /** The value of the row of an entry: a message, an amendment, or the gap that an entry of the other user left. */
    public static String kind(EntryState state) {
        return switch (state) {
            case AMENDMENT -> "a";
            case TRIMMED -> "g";
            default -> MESSAGE;
        };
    }

    public static boolean isMessage(Row row) {
        return row.value().equals(MESSAGE);
    }

    public static long seqOf(Row row) {
        return Long.parseLong(row.key().substring(row.key().indexOf(END_OF_USER) + 1));
    }

    /** The rows of a conversation in the order of a read, from a seq on, whose row is not among them. */
    public RowRange of(UserId other, Order order, long seq, int limit) {
        long from = Math.max(0, seq);
        return order == Order.AFTER
                ? new RowRange(
                        TABLE,
                        inbox.value(),
                        key(other, Math.min(from, Long.MAX_VALUE - 1) + 1),
                        other.value() + BEHIND_USER,
                        limit,
                        RowRange.Direction.UP)
                : new RowRange(TABLE, inbox.value(), key(other, 0), key(other, from), limit, RowRange.Direction.DOWN);
    }

    /** Some of the users with whom there are conversations, behind a user, in the order of their ids; none at the end. */
    public Future<List<UserId>> others(RowStore store, Optional<UserId> after) {
        RowRange range = after.map(user -> rows().from(user.value() + BEHIND_USER, ROWS_AT_ONCE))
                .orElseGet(() -> rows().first(ROWS_AT_ONCE));
        return store.read(inbox.lane(), ReadSet.of(range))
                .map(found -> found.get(range).stream()
                        .map(row -> row.key().substring(0, row.key().indexOf(END_OF_USER)))
                        .distinct()
                        .map(UserId::new)
                        .toList());
    }

    private Partition rows() {
        return new Partition(TABLE, inbox.value());
    }

    private static String key(UserId other, long seq) {
        return other.value() + END_OF_USER + RowKey.ordered(seq);
    }
}

package dev.portcullis.streams;

import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import java.util.Optional;

/**
 * The rows of messages that end by themselves, in the order of their ends. The step that appends such a message writes its row in
 * the lane of the stream, and the step that appends its deletion removes it.
 */
public final class ExpiringMessages {
    private static final Partition MESSAGES = new Partition("xp", "messages");
    private static final char SEPARATOR = ' '; // neither an id nor the name of a stream has one

    private ExpiringMessages() {}

    /**
     * The end of a message.
     *
     * @param at the store time from which on the message must be gone
     * @param editedAt the time of its newest edit, by the node that took it; empty without one
     */
    public record Due(long at, StreamName stream, String messageId, Optional<Long> editedAt) {
        public RowKey row() {
            return MESSAGES.row(key());
        }

        String key() {
            return RowKey.ordered(at) + SEPARATOR + messageId + SEPARATOR + stream.value();
        }

        public static Due of(Row row) {
            String key = row.key();
            int id = key.indexOf(SEPARATOR) + 1;
            int stream = key.indexOf(SEPARATOR, id) + 1;
            return new Due(
                    Long.parseLong(key.substring(0, id - 1)),
                    new StreamName(key.substring(stream)),
                    key.substring(id, stream - 1),
                    Optional.of(row.value()).filter(value -> !value.isEmpty()).map(Long::valueOf));
        }
    }

    /** The writes of an append: the row of a message that ends by itself. An edit says in it when it came. */
    public static WriteSet writes(AppendRequest append) {
        Optional<Long> editedAt = Optional.of(append.timestamp()).filter(any -> append.state() == EntryState.AMENDMENT);
        return append.expiresAt()
                .flatMap(at -> append.message().map(message -> new Due(at, append.stream(), message.id(), editedAt)))
                .map(due -> WriteSet.of(due.row(), editedAt.map(String::valueOf).orElse("")))
                .orElse(WriteSet.NONE);
    }

    /** The row of the message of a lane that ends first. */
    public static RowRange first() {
        return MESSAGES.first(1);
    }

    /** The first rows of the messages of a lane whose time is over. */
    public static RowRange due(long now, int most) {
        return MESSAGES.before(RowKey.ordered(now + 1), most);
    }

    /** The first of these rows behind another one. */
    public static RowRange dueAfter(Due last, long now, int most) {
        return MESSAGES.between(last.key() + SEPARATOR, RowKey.ordered(now + 1), most);
    }
}

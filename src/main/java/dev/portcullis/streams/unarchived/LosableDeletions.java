package dev.portcullis.streams.unarchived;

import dev.portcullis.protocol.Permit;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The rows of deletions whose entries an archive may never get, since entries go where too many wait for it. The step that
 * deletes a message writes its row, and who finds that the archive has no text of it removes the row.
 */
public final class LosableDeletions {
    private static final String TABLE = "ld";
    private static final String NAME = "deletions";
    private static final Partition DELETIONS = new Partition(TABLE, NAME);
    private static final char SEPARATOR = ' '; // neither an id nor the name of a stream has one

    private LosableDeletions() {}

    /** @param body of the entry that deletes the message */
    @SuppressWarnings("ArrayRecordComponent")
    public record Deletion(StreamName stream, String messageId, byte[] body) {
        public static Deletion of(Row row) {
            int end = row.key().indexOf(SEPARATOR);
            return new Deletion(
                    new StreamName(row.key().substring(end + 1)),
                    row.key().substring(0, end),
                    row.value().getBytes(StandardCharsets.UTF_8));
        }

        private String key() {
            return messageId + SEPARATOR + stream.value();
        }

        /** The row is written with the deletion. */
        public Permit noted() {
            return new Permit(List.of(), List.of(new Permit.Row(TABLE, NAME, key(), Optional.of(text()))), List.of());
        }

        /** The row of a deletion that was made without one. */
        public WriteSet missing() {
            return WriteSet.of(row(), text());
        }

        private String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The archive has no text of the message. */
        public WriteSet done() {
            return WriteSet.NONE.remove(row());
        }

        private RowKey row() {
            return DELETIONS.row(key());
        }
    }

    /** The first rows of a lane. */
    public static RowRange first(int most) {
        return DELETIONS.first(most);
    }

    /** The first rows of a lane behind a deletion. */
    public static RowRange after(Deletion last, int most) {
        return DELETIONS.after(last.key(), most);
    }
}

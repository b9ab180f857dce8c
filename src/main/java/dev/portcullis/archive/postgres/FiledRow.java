package dev.portcullis.archive.postgres;

import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.record.EntryRow;
import java.util.Arrays;
import java.util.Optional;

/**
 * A row with the month whose table it is in.
 *
 * @param newest the seq of the newest amendment that the archive has of a message; 0 without one
 * @param newestMonth the month of that
 */
record FiledRow(int stream, int month, EntryRow row, long newest, int newestMonth) {
    long seq() {
        return row.entry().position().seq();
    }

    Optional<MessageKey> key() {
        return row.message().map(Message::id).map(MessageKey::of);
    }

    FiledRow become(EntryRow after, Optional<FiledRow> newestAmendment) {
        return new FiledRow(
                stream,
                month,
                after,
                newestAmendment.map(FiledRow::seq).orElse(0L),
                newestAmendment.map(FiledRow::month).orElse(0));
    }

    /** Whether nothing of it has changed that can change. */
    boolean isAs(FiledRow before) {
        return newest == before.newest
                && row.state() == before.row.state()
                && row.amendment() == before.row.amendment()
                && Arrays.equals(row.entry().body(), before.row.entry().body());
    }
}

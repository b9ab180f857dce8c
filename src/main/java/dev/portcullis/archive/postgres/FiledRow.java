package dev.portcullis.archive.postgres;

import dev.portcullis.archive.SearchedMessage;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.record.EntryRow;
import java.util.Arrays;
import java.util.Optional;

/**
 * A row with the month whose table it is in.
 *
 * @param newest the seq of the newest amendment that the archive has of a message; 0 without one
 * @param newestMonth the month of that
 * @param text the amendment that gives the message its text; empty where the message has its own, or the row is read
 */
record FiledRow(int stream, int month, EntryRow row, long newest, int newestMonth, Optional<EntryRow> text) {
    FiledRow(int stream, int month, EntryRow row, long newest, int newestMonth) {
        this(stream, month, row, newest, newestMonth, Optional.empty());
    }

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
                newestAmendment.map(FiledRow::month).orElse(0),
                newestAmendment.map(FiledRow::row));
    }

    FiledRow withText(Optional<EntryRow> newestAmendment) {
        return new FiledRow(stream, month, row, newest, newestMonth, newestAmendment);
    }

    /** The keys under which the index has the row; empty for what is no message, or has no text. */
    Optional<int[]> words() {
        return SearchedMessage.of(row.latest(text.map(EntryRow::entry))).map(message -> IndexKeys.of(message, stream));
    }

    /** The month of the time that the entry shows. */
    int shownMonth() {
        return Months.of(row.entry().timestamp());
    }

    /** Whether nothing of it has changed that can change. */
    boolean isAs(FiledRow before) {
        return newest == before.newest
                && row.state() == before.row.state()
                && row.amendment() == before.row.amendment()
                && Arrays.equals(row.entry().body(), before.row.entry().body());
    }
}

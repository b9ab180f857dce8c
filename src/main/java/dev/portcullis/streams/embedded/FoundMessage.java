package dev.portcullis.streams.embedded;

import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.record.EntryRow;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * A message as a search found it, before the step that amends it.
 *
 * @param edits how many entries had amended the message
 * @param head the stream's seq at that time
 */
record FoundMessage(EntryRow row, int edits, long head) {
    long seq() {
        return row.entry().position().seq();
    }

    /**
     * The number of the message's edits in the step that amends it: edits that came after the search count too.
     *
     * @param headNow the stream's seq in that step
     * @param rows the stream's entries
     */
    int edits(long headNow, LongFunction<Optional<EntryRow>> rows) {
        String id = row.message().orElseThrow().id();
        long later = LongStream.rangeClosed(head + 1, headNow)
                .filter(at -> rows.apply(at).filter(each -> each.amends(id)).isPresent())
                .count();
        return edits + (int) later;
    }

    StoredMessage message() {
        return new StoredMessage(
                row.entry(), row.state(), row.message().orElseThrow().author(), row.stored(), edits);
    }
}

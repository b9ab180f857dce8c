package dev.portcullis.streams.embedded;

import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.record.EntryRow;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * A message as a search found it, before the step that amends it.
 *
 * @param edits how many entries had amended it
 * @param head the stream's seq then
 */
record FoundMessage(long seq, int edits, long head) {

    /**
     * Whether the message has as many edits as it may. Those that came after the search count too.
     *
     * @param headNow the stream's seq in the step that amends
     * @param rows the stream's entries
     */
    boolean hasAllEdits(AmendRequest amend, long headNow, LongFunction<Optional<EntryRow>> rows) {
        long later = LongStream.rangeClosed(head + 1, headNow)
                .filter(at -> rows.apply(at)
                        .filter(row -> row.amends(amend.messageId()))
                        .isPresent())
                .count();
        return amend.exceeds(edits + (int) later);
    }
}

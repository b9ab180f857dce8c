package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import java.util.List;
import java.util.Optional;

/**
 * Consecutive entries of a stream with their latest state, read at one moment.
 *
 * @param entries the entries, oldest first, amendments among them: a reader who shows messages in their latest state leaves those
 * out
 * @param more whether further entries were left out for size
 * @param hidden the highest seq that is beyond the retention of the stream, or was once, as far as the store knows; 0 if none
 */
public record LatestSlice(Position head, List<LatestEntry> entries, boolean more, long hidden) {
    /** A part of a stream of which nothing is beyond a number of entries. */
    public LatestSlice(Position head, List<LatestEntry> entries, boolean more) {
        this(head, entries, more, 0);
    }

    /** The part without what is beyond a seq, which ends it. */
    public LatestSlice behind(long seq) {
        List<LatestEntry> rest = entries.stream()
                .filter(each -> each.entry().position().seq() > seq)
                .toList();
        return rest.size() == entries.size() ? this : new LatestSlice(head, rest, false, hidden);
    }

    /**
     * An entry as it was appended, and the amendment that gives its latest state.
     *
     * @param amendment the newest edit, or the deletion, of an edited or deleted message
     */
    public record LatestEntry(StreamEntry entry, EntryState state, Optional<StreamEntry> amendment) {
        /** The number of bytes of both. */
        public int length() {
            return EntryFrame.length(entry) + amendment.map(EntryFrame::length).orElse(0);
        }
    }
}

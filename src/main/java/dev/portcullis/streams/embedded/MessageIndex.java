package dev.portcullis.streams.embedded;

import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.record.EntryRow;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Knows where the messages of one stream are, as far as it was read. An entry may have 64 KB. Each is read once, by the first
 * search after it: users who ask again and again for a missing message could otherwise have the store read all bytes of a room
 * each time (CWE-400). The row at the named place decides. The same is in find.lua.
 */
final class MessageIndex {
    private static final int SPARE = 64;

    private final String epoch;
    private final Map<String, Place> places = new HashMap<>();
    private long head;

    /** @param edits how many entries amended the message */
    record Place(long seq, int edits) {}

    MessageIndex(String epoch) {
        this.epoch = epoch;
    }

    /** Whether the index is of this stream as it is now, and not much longer than the stream. */
    boolean isOf(String current, long length) {
        return epoch.equals(current) && places.size() <= 2 * length + SPARE;
    }

    /** The newest entry that the index knows. */
    long head() {
        return head;
    }

    /** Learns an entry. Entries come in their order. */
    void learn(EntryRow row) {
        row.message().map(Message::id).ifPresent(id -> {
            if (row.state() == EntryState.AMENDMENT) {
                places.computeIfPresent(id, (any, place) -> new Place(place.seq(), place.edits() + 1));
            } else if (row.state().isMessage()) {
                places.put(id, new Place(row.entry().position().seq(), 0));
            }
        });
        head = row.entry().position().seq();
    }

    Optional<Place> find(String messageId) {
        return Optional.ofNullable(places.get(messageId));
    }
}

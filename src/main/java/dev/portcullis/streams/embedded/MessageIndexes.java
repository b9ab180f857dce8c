package dev.portcullis.streams.embedded;

import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.StreamMeta;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Knows where the messages are in the streams in which messages were amended last, as far as those were read. An entry may have
 * 64 KB. Each is read once, by the first search after it: users who ask again and again for a missing message could otherwise
 * have the store read all bytes of a room each time (CWE-400). The row at the named place decides. Several readers use it at a
 * time. The same is in find.lua.
 */
final class MessageIndexes {
    private static final int MOST = 256;
    private static final int SPARE = 64;

    private final Map<StreamName, Index> indexes = new LinkedHashMap<>(16, 0.75f, true);

    /** @param edits how many entries amended the message */
    record Place(long seq, int edits) {}

    /** The index of one stream. Its lock is held while the stream is read, so that two readers do not read the same entries. */
    private static final class Index {
        private final Map<String, Place> places = new HashMap<>();
        private String epoch = "";
        private long head;

        /** Begins again if the index is of another history of the stream, or much longer than the stream. */
        void fit(StreamMeta meta) {
            if (!epoch.equals(meta.epoch()) || places.size() > 2 * (meta.head() - meta.first() + 1) + SPARE) {
                places.clear();
                epoch = meta.epoch();
                head = 0;
            }
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
    }

    /** Reads the entries from one seq to another. */
    interface Entries {
        void each(long from, long to, Consumer<EntryRow> visitor);
    }

    /** The message's place, if it is known. */
    Optional<Place> find(StreamName stream, StreamMeta meta, String messageId, Entries entries) {
        Index index = index(stream);
        synchronized (index) {
            index.fit(meta);
            if (index.head < meta.head()) {
                entries.each(Math.max(index.head + 1, meta.first()), meta.head(), index::learn);
            }
            return Optional.ofNullable(index.places.get(messageId));
        }
    }

    private synchronized Index index(StreamName stream) {
        Index index = indexes.computeIfAbsent(stream, any -> new Index());
        if (indexes.size() > MOST) {
            indexes.remove(indexes.keySet().iterator().next());
        }
        return index;
    }
}

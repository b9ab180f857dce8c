package dev.portcullis.streams.embedded;

import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.embedded.MessageIndex.Place;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.StreamMeta;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The indexes of the streams in which messages were amended last. Several readers use them at a time. */
final class MessageIndexes {
    private static final int MOST = 256;

    private final Map<StreamName, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

    /** An index and its lock, which is held while a stream is read, so that two readers do not read the same entries. */
    private static final class Slot {
        private MessageIndex index = new MessageIndex("");
    }

    /** Reads the entries from one seq to another. */
    interface Entries {
        void each(long from, long to, Consumer<EntryRow> visitor);
    }

    /** The message's place, if it is known. */
    Optional<Place> find(StreamName stream, StreamMeta meta, String messageId, Entries entries) {
        Slot slot = slot(stream);
        synchronized (slot) {
            if (!slot.index.isOf(meta.epoch(), meta.head() - meta.first() + 1)) {
                slot.index = new MessageIndex(meta.epoch());
            }
            MessageIndex index = slot.index;
            if (index.head() < meta.head()) {
                entries.each(Math.max(index.head() + 1, meta.first()), meta.head(), index::learn);
            }
            return index.find(messageId);
        }
    }

    private synchronized Slot slot(StreamName stream) {
        Slot slot = slots.computeIfAbsent(stream, any -> new Slot());
        if (slots.size() > MOST) {
            slots.remove(slots.keySet().iterator().next());
        }
        return slot;
    }
}

package dev.portcullis.streams.delivery;

import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The entries delivered last, of all streams of a carrier together, bounded in bytes: the oldest go first. */
final class RecentEntries {
    private static final long OVERHEAD = 200; // of an entry's objects and places in here, about

    private final long most;
    private final Deque<StreamEntry> all = new ArrayDeque<>();
    private final Map<StreamName, Deque<StreamEntry>> byStream = new HashMap<>();
    private long bytes;

    RecentEntries(long most) {
        this.most = most;
    }

    /** Entries of one stream that follow those it has here. */
    void add(StreamName stream, List<StreamEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        Deque<StreamEntry> own = byStream.computeIfAbsent(stream, any -> new ArrayDeque<>());
        for (StreamEntry entry : entries) {
            own.add(entry);
            all.add(entry);
            bytes += sizeOf(entry);
        }
        while (bytes > most) {
            dropOldest();
        }
    }

    /** The entries after {@code from} up to {@code to}, if all of them are here. */
    Optional<List<StreamEntry>> between(StreamName stream, long from, long to) {
        if (from == to) {
            return Optional.of(List.of());
        }
        List<StreamEntry> found = new ArrayList<>();
        Iterator<StreamEntry> newestFirst =
                byStream.getOrDefault(stream, new ArrayDeque<>()).descendingIterator();
        long wanted = to;
        while (wanted > from && newestFirst.hasNext()) {
            StreamEntry entry = newestFirst.next();
            if (entry.position().seq() == wanted) {
                found.add(entry);
                wanted--;
            }
        }
        Collections.reverse(found);
        return wanted == from ? Optional.of(found) : Optional.empty();
    }

    /** Its entries go on counting until it is their turn to go: until then they are still in memory. */
    void forget(StreamName stream) {
        byStream.remove(stream);
    }

    @SuppressWarnings("ReferenceEquality") // a forgotten entry equals the same one read again, which has its own turn
    private void dropOldest() {
        StreamEntry oldest = all.remove();
        bytes -= sizeOf(oldest);
        Deque<StreamEntry> own = byStream.get(oldest.stream());
        if (own != null && own.peekFirst() == oldest) {
            own.removeFirst();
            if (own.isEmpty()) {
                byStream.remove(oldest.stream());
            }
        }
    }

    private static long sizeOf(StreamEntry entry) {
        return entry.body().length + OVERHEAD;
    }
}

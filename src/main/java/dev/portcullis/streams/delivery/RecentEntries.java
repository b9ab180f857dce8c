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

/** The entries delivered last, of all streams of a shard together, bounded in bytes: the oldest are dropped first. */
final class RecentEntries {
    private static final long OVERHEAD = 200; // approximate size of an entry's objects and references here

    private final long maxBytes;
    private final Deque<StreamEntry> all = new ArrayDeque<>();
    private final Map<StreamName, Deque<StreamEntry>> byStream = new HashMap<>();
    private long bytes;

    RecentEntries(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Adds entries of one stream that are newer than those it has here. */
    void add(StreamName stream, List<StreamEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        Deque<StreamEntry> entriesOfStream = byStream.computeIfAbsent(stream, any -> new ArrayDeque<>());
        for (StreamEntry entry : entries) {
            entriesOfStream.add(entry);
            all.add(entry);
            bytes += sizeOf(entry);
        }
        while (bytes > maxBytes) {
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

    /** Forgets a stream. Its entries stay in memory, and are counted, until they are the oldest. */
    void forget(StreamName stream) {
        byStream.remove(stream);
    }

    @SuppressWarnings("ReferenceEquality") // an entry equals the same entry read again, which is dropped later
    private void dropOldest() {
        StreamEntry oldest = all.remove();
        bytes -= sizeOf(oldest);
        Deque<StreamEntry> entriesOfStream = byStream.get(oldest.stream());
        if (entriesOfStream != null && entriesOfStream.peekFirst() == oldest) {
            entriesOfStream.removeFirst();
            if (entriesOfStream.isEmpty()) {
                byStream.remove(oldest.stream());
            }
        }
    }

    private static long sizeOf(StreamEntry entry) {
        return entry.body().length + OVERHEAD;
    }
}

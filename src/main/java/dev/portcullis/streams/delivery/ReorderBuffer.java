package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/** One stream's entries that wait for an earlier one, bounded in number and by the byte budget of all streams. */
final class ReorderBuffer {
    private final int maxEntries;
    private final Budget budget;
    private final TreeMap<Long, StreamEntry> bySeq = new TreeMap<>();

    ReorderBuffer(int maxEntries, Budget budget) {
        this.maxEntries = maxEntries;
        this.budget = budget;
    }

    boolean isEmpty() {
        return bySeq.isEmpty();
    }

    /** Whether more entries wait than are allowed. */
    boolean isOverLimit() {
        return bySeq.size() > maxEntries || budget.isExceeded();
    }

    boolean hasOtherThan(String epoch) {
        return bySeq.values().stream().anyMatch(isOfAnother(epoch));
    }

    void put(StreamEntry entry) {
        StreamEntry former = bySeq.put(entry.position().seq(), entry);
        if (former != null) {
            budget.remove(former);
        }
        budget.add(entry);
    }

    /** Returns all entries and empties the buffer. */
    List<StreamEntry> take() {
        List<StreamEntry> all = List.copyOf(bySeq.values());
        drop();
        return all;
    }

    void drop() {
        drop(bySeq.values());
    }

    void dropOtherThan(String epoch) {
        drop(bySeq.values().stream().filter(isOfAnother(epoch)).toList());
    }

    /** Returns the entries that follow the cursor without a gap, and drops those at or before it. */
    List<StreamEntry> release(Position cursor) {
        drop(bySeq.headMap(cursor.seq(), true).values());
        List<StreamEntry> released = new ArrayList<>();
        long next = cursor.seq() + 1;
        for (StreamEntry entry = bySeq.remove(next); entry != null; entry = bySeq.remove(next)) {
            budget.remove(entry);
            released.add(entry);
            next++;
        }
        return released;
    }

    private void drop(Collection<StreamEntry> entries) {
        if (bySeq.isEmpty()) {
            return; // nearly always, and without a copy
        }
        List<StreamEntry> all = List.copyOf(entries);
        all.forEach(entry -> bySeq.remove(entry.position().seq()));
        all.forEach(budget::remove);
    }

    private static Predicate<StreamEntry> isOfAnother(String epoch) {
        return entry -> !entry.position().epoch().equals(epoch);
    }

    /** Counts the bytes of waiting entries, of all streams of a shard together. It is used on the shard's context only. */
    static final class Budget {
        private final long maxBytes;
        private long bytes;

        Budget(long maxBytes) {
            this.maxBytes = maxBytes;
        }

        long bytes() {
            return bytes;
        }

        boolean isExceeded() {
            return bytes > maxBytes;
        }

        void add(StreamEntry entry) {
            bytes += entry.body().length;
        }

        void remove(StreamEntry entry) {
            bytes -= entry.body().length;
        }
    }
}

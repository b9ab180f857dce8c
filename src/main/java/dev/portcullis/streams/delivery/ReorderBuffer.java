package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/** One stream's entries that wait for an earlier one: so many of them, and so many bytes of the budget of all streams. */
final class ReorderBuffer {
    private final int most;
    private final Budget budget;
    private final TreeMap<Long, StreamEntry> bySeq = new TreeMap<>();

    ReorderBuffer(int most, Budget budget) {
        this.most = most;
        this.budget = budget;
    }

    boolean isEmpty() {
        return bySeq.isEmpty();
    }

    /** Whether it is more than may wait. */
    boolean isOverfull() {
        return bySeq.size() > most || budget.isOverspent();
    }

    boolean hasOtherThan(String epoch) {
        return bySeq.values().stream().anyMatch(isOfAnother(epoch));
    }

    void put(StreamEntry entry) {
        StreamEntry former = bySeq.put(entry.position().seq(), entry);
        if (former != null) {
            budget.take(former);
        }
        budget.put(entry);
    }

    /** All that waited; none waits any more. */
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

    /** What follows this place without a hole waits no longer, and neither does what lies before it. */
    List<StreamEntry> release(Position place) {
        drop(bySeq.headMap(place.seq(), true).values());
        List<StreamEntry> released = new ArrayList<>();
        long next = place.seq() + 1;
        for (StreamEntry entry = bySeq.remove(next); entry != null; entry = bySeq.remove(next)) {
            budget.take(entry);
            released.add(entry);
            next++;
        }
        return released;
    }

    private void drop(Collection<StreamEntry> entries) {
        List<StreamEntry> all = List.copyOf(entries);
        all.forEach(entry -> bySeq.remove(entry.position().seq()));
        all.forEach(budget::take);
    }

    private static Predicate<StreamEntry> isOfAnother(String epoch) {
        return entry -> !entry.position().epoch().equals(epoch);
    }

    /** Counts the bytes of entries that wait, of all streams of a carrier together. On its context only. */
    static final class Budget {
        private final long most;
        private long bytes;

        Budget(long most) {
            this.most = most;
        }

        long bytes() {
            return bytes;
        }

        boolean isOverspent() {
            return bytes > most;
        }

        void put(StreamEntry entry) {
            bytes += entry.body().length;
        }

        void take(StreamEntry entry) {
            bytes -= entry.body().length;
        }
    }
}

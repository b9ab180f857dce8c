package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the lists of rooms. A list lies in another lane than the rooms that it names, so no step changes both. Therefore an
 * entry comes first, then what it stands for, before a deadline; an entry that stands for nothing is removed later,
 * and only if that deadline was surely over when the entry was read, and no new one was claimed meanwhile. Each method is one
 * atomic step, by the store's own clock. A failed future means that the store failed, and that the step may or may not be done.
 */
public interface RoomListStore {
    /** How long after its claim an entry permits the change that it stands for. */
    long USABLE_MS = 10_000;

    /** How old an entry that stands for nothing must be to be removed. Clocks of two lanes may differ by the rest. */
    long KEPT_MS = 60_000;

    /**
     * Makes an entry, or gives one that exists a new stamp.
     *
     * @param max entries of the list; one that exists exceeds nothing
     * @return empty if the list is full
     */
    Future<Optional<Claim>> claim(RoomList list, RoomId room, int max);

    Future<Optional<Entry>> find(RoomList list, RoomId room);

    /** Removes an entry unless it has another stamp by now. */
    Future<Boolean> remove(RoomList list, Entry entry);

    /** Entries behind {@code after}, in the order of their ids. */
    Future<List<Entry>> page(RoomList list, Optional<RoomId> after, int limit);

    /**
     * An entry as it was read.
     *
     * @param stamp when it was claimed last, by the store's clock; no two claims of an entry have the same
     * @param settled whether no change can follow this claim any more: what is read of the room from now on is final
     */
    record Entry(RoomId room, long stamp, boolean settled) {
        static Entry readAt(long now, RoomId room, long stamp) {
            return new Entry(room, stamp, now >= stamp + KEPT_MS);
        }
    }

    /** @param made whether there was no entry before */
    record Claim(Entry entry, boolean made) {
        /** The latest time of the change that it stands for. */
        public long notAfter() {
            return entry.stamp() + USABLE_MS;
        }
    }
}

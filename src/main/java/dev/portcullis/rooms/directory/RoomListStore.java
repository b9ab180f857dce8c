package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the lists of rooms: a row for each entry, and one for the size of each list. A list lies in another lane than the rooms
 * that it names, so no step changes both. Therefore an entry is made first, and then the change that it stands for, before a
 * deadline. An entry that stands for nothing is removed later, and only if that deadline was surely over when the entry was read,
 * and no new one was claimed meanwhile. Each method is one atomic step, by the store's own clock. A failed future means that the
 * store failed, and that the step may or may not be done.
 */
public final class RoomListStore {
    /** How long after its claim an entry permits the change that it stands for. */
    public static final long USABLE_MS = 10_000;

    /**
     * The least age of an entry that stands for nothing before it is removed. Clocks of two lanes may differ by the time beyond
     * {@link #USABLE_MS}.
     */
    public static final long KEPT_MS = 60_000;

    private final RowStore rows;

    /**
     * An entry as it was read.
     *
     * @param stamp the time of the last claim, by the store's clock; no two claims of an entry have the same stamp
     * @param settled whether no change can follow this claim any more: facts about the room that are read from now on are final
     */
    public record Entry(RoomId room, long stamp, boolean settled) {
        static Entry readAt(long now, RoomId room, String stamp) {
            long claimedAt = Long.parseLong(stamp);
            return new Entry(room, claimedAt, now >= claimedAt + KEPT_MS);
        }
    }

    /** @param made whether there was no entry before */
    public record Claim(Entry entry, boolean made) {
        /** The latest time of the change that the entry stands for. */
        public long notAfter() {
            return entry.stamp() + USABLE_MS;
        }
    }

    public RoomListStore(RowStore rows) {
        this.rows = rows;
    }

    /**
     * Makes an entry, or gives an existing one a new stamp.
     *
     * @param max the most entries of the list; an existing entry exceeds nothing
     * @return the claim; empty if the list is full
     */
    public Future<Optional<Claim>> claim(RoomList list, RoomId room, int max) {
        RowKey row = rowOf(list, room);
        RowKey size = sizeOf(list);
        return rows.change(list.lane(), ReadSet.of(row, size), found -> {
            Optional<Long> present = found.get(row).map(Long::valueOf);
            int entries = found.get(size).map(Integer::valueOf).orElse(0);
            if (present.isEmpty() && entries >= max) {
                return RowStep.done(Optional.empty());
            }
            long stamp = Math.max(found.now(), present.orElse(0L) + 1);
            WriteSet entry = WriteSet.of(row, Long.toString(stamp));
            return RowStep.done(
                    Optional.of(new Claim(new Entry(room, stamp, false), present.isEmpty())),
                    present.isPresent() ? entry : entry.put(size, Integer.toString(entries + 1)));
        });
    }

    public Future<Optional<Entry>> find(RoomList list, RoomId room) {
        RowKey row = rowOf(list, room);
        return rows.read(list.lane(), ReadSet.of(row))
                .map(found -> found.get(row).map(stamp -> Entry.readAt(found.now(), room, stamp)));
    }

    public Future<Boolean> remove(RoomList list, Entry entry) {
        RowKey row = rowOf(list, entry.room());
        RowKey size = sizeOf(list);
        return rows.change(list.lane(), ReadSet.of(row, size), found -> {
            if (!found.get(row).equals(Optional.of(Long.toString(entry.stamp())))) {
                return RowStep.done(false);
            }
            int left = found.get(size).map(Integer::valueOf).orElse(0) - 1;
            WriteSet removal = WriteSet.NONE.remove(row);
            return RowStep.done(true, left > 0 ? removal.put(size, Integer.toString(left)) : removal.remove(size));
        });
    }

    /** The entries behind {@code after}, in the order of their ids. */
    public Future<List<Entry>> page(RoomList list, Optional<RoomId> after, int limit) {
        Partition entries = entriesOf(list);
        RowRange page = after.map(room -> entries.after(room.value(), limit)).orElseGet(() -> entries.first(limit));
        return rows.read(list.lane(), ReadSet.of(page))
                .map(found -> found.get(page).stream()
                        .map(row -> Entry.readAt(found.now(), new RoomId(row.key()), row.value()))
                        .toList());
    }

    private static Partition entriesOf(RoomList list) {
        return new Partition("rl", list.value());
    }

    private static RowKey rowOf(RoomList list, RoomId room) {
        return entriesOf(list).row(room.value());
    }

    private static RowKey sizeOf(RoomList list) {
        return RowKey.of("rl_size", list.value());
    }
}

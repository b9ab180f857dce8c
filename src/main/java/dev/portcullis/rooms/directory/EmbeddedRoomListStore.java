package dev.portcullis.rooms.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Lists of rooms in the embedded store: a row for each entry, and one for the size of each list. */
public final class EmbeddedRoomListStore implements RoomListStore {
    private final EmbeddedStore store;
    private final Table entries;
    private final Table sizes;
    private final LongSupplier clock;

    /**
     * Blocks the thread: create it while starting.
     *
     * @param clock the time in milliseconds
     */
    public EmbeddedRoomListStore(EmbeddedStore store, LongSupplier clock) {
        this.store = store;
        this.entries = store.table("rooms.lists");
        this.sizes = store.table("rooms.list_sizes");
        this.clock = clock;
    }

    @Override
    public Future<Optional<Claim>> claim(RoomList list, RoomId room, int max) {
        return store.write(batch -> {
            Optional<Long> present = number(batch.get(entries, key(list, room.value())));
            long size = size(batch, list);
            if (present.isEmpty() && size >= max) {
                return Optional.empty();
            }
            long stamp = Math.max(clock.getAsLong(), present.orElse(0L) + 1);
            batch.put(entries, key(list, room.value()), row(stamp));
            if (present.isEmpty()) {
                batch.put(sizes, sizeKey(list), row(size + 1));
            }
            return Optional.of(new Claim(new Entry(room, stamp, false), present.isEmpty()));
        });
    }

    @Override
    public Future<Optional<Entry>> find(RoomList list, RoomId room) {
        return store.read(reader -> number(reader.get(entries, key(list, room.value())))
                .map(stamp -> Entry.readAt(clock.getAsLong(), room, stamp)));
    }

    @Override
    public Future<Boolean> remove(RoomList list, Entry entry) {
        return store.write(batch -> {
            byte[] key = key(list, entry.room().value());
            if (!number(batch.get(entries, key)).equals(Optional.of(entry.stamp()))) {
                return false;
            }
            batch.delete(entries, key);
            batch.put(sizes, sizeKey(list), row(size(batch, list) - 1));
            return true;
        });
    }

    @Override
    public Future<List<Entry>> page(RoomList list, Optional<RoomId> after, int limit) {
        return store.read(reader -> {
            List<Entry> page = new ArrayList<>();
            long now = clock.getAsLong();
            byte[] from = key(list, after.map(room -> room.value() + '\0').orElse(""));
            int prefix = key(list, "").length;
            reader.scan(entries, from, (list.value() + '\1').getBytes(US_ASCII), (key, row) -> {
                String room = new String(key, prefix, key.length - prefix, US_ASCII);
                page.add(Entry.readAt(now, new RoomId(room), number(row).orElseThrow()));
                return page.size() < limit;
            });
            return page;
        });
    }

    private long size(Batch batch, RoomList list) {
        return number(batch.get(sizes, sizeKey(list))).orElse(0L);
    }

    private static Optional<Long> number(byte @Nullable [] row) {
        return row == null ? Optional.empty() : Optional.of(Long.valueOf(new String(row, US_ASCII)));
    }

    private static byte[] row(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    private static byte[] sizeKey(RoomList list) {
        return list.value().getBytes(US_ASCII);
    }

    /** No id can contain the separator. */
    private static byte[] key(RoomList list, String room) {
        return (list.value() + '\0' + room).getBytes(US_ASCII);
    }
}

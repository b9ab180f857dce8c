package dev.portcullis.archive.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.holds.HeldMessage;
import dev.portcullis.streams.holds.HeldPlace;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.holds.PlacedHold;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The copies of what holds keep, in the order of their places behind the key of their hold; and each of them again without its text
 * behind its author, so that what a user wrote is found. One row has how many bytes the copies take.
 */
final class HeldRows {
    private static final byte COPY = 'c';
    private static final byte OF_AUTHOR = 'u';
    static final byte[] COPIES = {COPY};
    static final byte[] END_OF_COPIES = {COPY + 1};
    private static final byte[] TOTALS = {'t'};

    private final ArchiveTables tables;

    HeldRows(ArchiveTables tables) {
        this.tables = tables;
    }

    void keep(Batch batch, List<HeldMessage> copies) {
        int added = 0;
        long bytes = 0;
        for (HeldMessage copy : copies) {
            byte[] key = key(copy.hold(), copy.place());
            if (batch.get(tables.held, key) == null) {
                byte[] row = copy.row().encode();
                batch.put(tables.held, key, row);
                author(copy.row()).ifPresent(user -> batch.put(tables.held, ofAuthor(user, key), new byte[0]));
                added++;
                bytes += key.length + row.length;
            }
        }
        count(batch, added, bytes);
    }

    /** The copies of all holds, and their bytes. */
    ArchiveTotals totals(Reader reader) {
        return ArchiveTotals.decode(reader.get(tables.held, TOTALS));
    }

    private void count(Batch batch, int copies, long bytes) {
        if (copies != 0) {
            batch.put(tables.held, TOTALS, totals(batch).plus(copies, bytes).encode());
        }
    }

    List<HeldMessage> read(Reader reader, PlacedHold hold, Optional<HeldPlace> after, Bounds bounds) {
        byte[] prefix = prefix(hold);
        byte[] from = after.map(place -> RowKeys.next(key(hold, place))).orElse(prefix);
        BoundedPart<HeldMessage> part =
                new BoundedPart<>(bounds, copy -> copy.row().length());
        reader.scan(
                tables.held,
                from,
                end(prefix),
                (key, value) -> part.add(new HeldMessage(hold, row(key, prefix.length, value))));
        return part.items();
    }

    private static EntryRow row(byte[] key, int prefix, byte[] value) {
        int from = prefix + Long.BYTES;
        int end = from;
        while (key[end] != 0) {
            end++;
        }
        StreamName stream = new StreamName(new String(key, from, end - from, StandardCharsets.UTF_8));
        return EntryRow.decode(stream, ByteBuffer.wrap(key, end + 1, Long.BYTES).getLong(), value);
    }

    /** Removes some copies of a hold. Returns how many. */
    int release(Batch batch, PlacedHold hold, int most) {
        byte[] prefix = prefix(hold);
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> ofAuthors = new ArrayList<>();
        AtomicLong bytes = new AtomicLong();
        batch.scan(tables.held, prefix, end(prefix), (key, value) -> {
            keys.add(key);
            bytes.addAndGet(key.length + value.length);
            author(row(key, prefix.length, value)).ifPresent(user -> ofAuthors.add(ofAuthor(user, key)));
            return keys.size() < most;
        });
        keys.forEach(key -> batch.delete(tables.held, key));
        ofAuthors.forEach(key -> batch.delete(tables.held, key));
        count(batch, -keys.size(), -bytes.get());
        return keys.size();
    }

    Set<Hold> holding(Reader reader, UserId author, Holds holds) {
        Set<Hold> found = new LinkedHashSet<>();
        for (PlacedHold each : holds.all()) {
            StreamName stream = each.hold().stream();
            byte[] copies = ofAuthor(author, prefix(each));
            if (each.hold().equals(new Hold.OfUser(author))
                    || hasRow(
                            reader,
                            tables.users,
                            ArchiveKeys.ofUser(author, stream, 0),
                            ArchiveKeys.ofUser(author, stream, Long.MAX_VALUE))
                    || hasRow(reader, tables.held, copies, end(copies))) {
                found.add(each.hold());
            }
        }
        return found;
    }

    private static boolean hasRow(Reader reader, Table table, byte[] from, byte[] before) {
        boolean[] found = new boolean[1];
        reader.scan(table, from, before, (key, value) -> {
            found[0] = true;
            return false;
        });
        return found[0];
    }

    private static Optional<UserId> author(EntryRow row) {
        return row.message().map(Message::author);
    }

    /** The copies of the hold have keys that begin so. */
    private static byte[] prefix(PlacedHold hold) {
        byte[] key = hold.hold().key().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + key.length + 1 + Long.BYTES)
                .put(COPY)
                .put(key)
                .put((byte) 0)
                .putLong(hold.since())
                .array();
    }

    private static byte[] key(PlacedHold hold, HeldPlace place) {
        byte[] prefix = prefix(hold);
        byte[] stream = place.stream().value().getBytes(StandardCharsets.UTF_8);
        byte[] epoch = place.at().epoch().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(prefix.length + Long.BYTES + stream.length + 1 + Long.BYTES + epoch.length)
                .put(prefix)
                .putLong(Math.max(0, place.stored()))
                .put(stream)
                .put((byte) 0)
                .putLong(place.at().seq())
                .put(epoch)
                .array();
    }

    private static byte[] ofAuthor(UserId user, byte[] key) {
        byte[] name = user.value().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + name.length + 1 + key.length)
                .put(OF_AUTHOR)
                .put(name)
                .put((byte) 0)
                .put(key)
                .array();
    }

    /** A key above all that begin so. Times are not negative, so the number at the end of a prefix can be raised. */
    private static byte[] end(byte[] prefix) {
        byte[] end = Arrays.copyOf(prefix, prefix.length);
        int number = end.length - Long.BYTES;
        ByteBuffer buffer = ByteBuffer.wrap(end);
        buffer.putLong(number, buffer.getLong(number) + 1);
        return end;
    }
}

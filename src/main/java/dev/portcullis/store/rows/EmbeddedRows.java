package dev.portcullis.store.rows;

import dev.portcullis.protocol.Permit;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.store.embedded.TableSource;
import dev.portcullis.store.rows.RowRange.Direction;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet.Cleared;
import dev.portcullis.store.rows.WriteSet.Push;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Rows of the embedded store, as steps read and write them: a step of another table may write rows in the same commit. */
public final class EmbeddedRows {
    private static final char SEPARATOR = '\0';
    static final byte[] FIRST = {};
    private static final byte[] LAST = {(byte) 0xFF, (byte) 0xFF};

    private final Table table;
    private final Table ends;

    /** Opens the rows. Create them while starting: it blocks the thread. */
    public EmbeddedRows(TableSource store) {
        this.table = store.table("rows");
        this.ends = store.table("row_ends");
    }

    /** As long as this is the same, so are all rows; see {@link Table#version()}. */
    OptionalLong version() {
        return table.version();
    }

    public Optional<String> get(Reader reader, int lane, RowKey row) {
        return Optional.ofNullable(reader.get(table, key(lane, row)))
                .map(value -> new String(value, StandardCharsets.UTF_8));
    }

    public boolean has(Reader reader, int lane, RowKey row) {
        return reader.get(table, key(lane, row)) != null;
    }

    /** Whether all rows on which a permit rests are unchanged. */
    public boolean areUnchanged(Reader reader, int lane, Permit permit) {
        for (Permit.Row row : permit.unchanged()) {
            if (!get(reader, lane, RowKey.of(row)).equals(row.value())) {
                return false;
            }
        }
        return true;
    }

    /** Fails if a queue to which a bounded push goes is full. */
    public void requireRoom(Reader reader, int lane, WriteSet writes) {
        if (isPrevented(reader, lane, writes)) {
            return;
        }
        for (Push push : writes.pushes()) {
            if (push.isBounded() && size(reader, lane, push.queue()) >= push.room()) {
                throw StoreFailure.notApplied("a queue is full");
            }
        }
    }

    /** Makes writes that push nothing. */
    public void write(Batch batch, int lane, WriteSet writes) {
        write(batch, lane, writes, Stamp.at(0));
    }

    /** @param stamp the stamp of the rows that are pushed */
    public void write(Batch batch, int lane, WriteSet writes, Stamp stamp) {
        if (isPrevented(batch, lane, writes)) {
            return;
        }
        writes.cleared().forEach(cleared -> clear(batch, lane, cleared));
        writes.rows()
                .forEach((row, value) -> value.ifPresentOrElse(
                        text -> batch.put(table, key(lane, row), text.getBytes(StandardCharsets.UTF_8)),
                        () -> batch.delete(table, key(lane, row))));
        for (Map.Entry<RowKey, Long> count : writes.counts().entrySet()) {
            add(batch, lane, count.getKey(), count.getValue());
        }
        writes.pushes().forEach(push -> push(batch, lane, push, stamp));
    }

    private boolean isPrevented(Reader reader, int lane, WriteSet writes) {
        return writes.unless().filter(row -> has(reader, lane, row)).isPresent();
    }

    /** Notes the times after which rows may be forgotten: a partition as a whole, with the last of its rows. */
    void expire(Batch batch, int lane, Map<RowKey, Long> lifetimes, long now) {
        lifetimes.forEach((row, ms) -> row.partition()
                .map(partition -> key(lane, row.table(), partition, ""))
                .ifPresentOrElse(
                        partition -> batch.put(
                                ends,
                                partition,
                                number(Math.max(now + ms, end(batch, partition).orElse(0)))),
                        () -> batch.put(ends, key(lane, row), number(now + ms))));
    }

    private OptionalLong end(Reader reader, byte[] key) {
        byte[] end = reader.get(ends, key);
        return end == null ? OptionalLong.empty() : OptionalLong.of(number(end));
    }

    /** The keys of some rows and partitions that may be forgotten. */
    List<byte[]> ended(Reader reader, byte[] from, long now, int most) {
        List<byte[]> ended = new ArrayList<>();
        reader.scan(ends, from, LAST, (key, end) -> {
            if (number(end) <= now) {
                ended.add(key);
            }
            return ended.size() < most;
        });
        return ended;
    }

    /**
     * Forgets rows and partitions, unless they were written again meanwhile. Returns whether it came to the last one.
     *
     * @param most the number of rows after which it stops
     */
    boolean forget(Batch batch, List<byte[]> keys, long now, int most) {
        int forgotten = 0;
        for (byte[] key : keys) {
            if (forgotten >= most) {
                return false;
            }
            if (end(batch, key).orElse(Long.MAX_VALUE) <= now) {
                List<byte[]> rows = isPartition(key) ? keysFrom(batch, key, behind(key)) : List.of(key);
                rows.forEach(row -> batch.delete(table, row));
                batch.delete(ends, key);
                forgotten += rows.size();
            }
        }
        return true;
    }

    /** Whether all rows of a partition begin with this key. The name of a row is never empty. */
    private static boolean isPartition(byte[] key) {
        return key[key.length - 1] == SEPARATOR;
    }

    private static byte[] behind(byte[] partition) {
        byte[] behind = partition.clone();
        behind[behind.length - 1]++;
        return behind;
    }

    private List<byte[]> keysFrom(Reader reader, byte[] from, byte[] before) {
        List<byte[]> keys = new ArrayList<>();
        reader.scan(table, from, before, (key, value) -> keys.add(key));
        return keys;
    }

    private static long number(byte[] value) {
        return Long.parseLong(new String(value, StandardCharsets.US_ASCII));
    }

    private static byte[] number(long value) {
        return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }

    Rows read(Reader reader, int lane, ReadSet reads, long now) {
        Map<RowKey, Optional<String>> rows = new HashMap<>();
        Map<RowRange, List<Row>> ranges = new HashMap<>();
        reads.rows().forEach(row -> rows.put(row, get(reader, lane, row)));
        reads.ranges().forEach(range -> ranges.put(range, range(reader, lane, range)));
        return new Rows(now, rows, ranges);
    }

    /** The rows of a range at the moment of the reader. */
    public List<Row> range(Reader reader, int lane, RowRange range) {
        byte[] from = key(lane, range.table(), range.partition(), range.from());
        byte[] before = key(lane, range.table(), range.partition(), range.before());
        int prefix = key(lane, range.table(), range.partition(), "").length;
        List<Row> found = new ArrayList<>();
        Reader.Visitor visitor = (key, value) -> {
            found.add(new Row(
                    new String(key, prefix, key.length - prefix, StandardCharsets.US_ASCII),
                    new String(value, StandardCharsets.UTF_8)));
            return found.size() < range.limit();
        };
        if (range.direction() == Direction.UP) {
            reader.scan(table, from, before, visitor);
        } else {
            reader.scanBack(table, from, before, visitor);
        }
        return found;
    }

    private void clear(Batch batch, int lane, Cleared cleared) {
        RowRange all = cleared.partition().first(Integer.MAX_VALUE);
        keysFrom(
                        batch,
                        key(lane, all.table(), all.partition(), cleared.from()),
                        key(lane, all.table(), all.partition(), cleared.before().orElse(all.before())))
                .forEach(key -> batch.delete(table, key));
    }

    private void push(Batch batch, int lane, Push push, Stamp stamp) {
        Optional<String> taken = push.taken().flatMap(row -> get(batch, lane, row));
        if (push.taken().isPresent() && taken.isEmpty()) {
            return;
        }
        push.taken().ifPresent(row -> batch.delete(table, key(lane, row)));
        RowQueue queue = push.queue();
        long number = add(batch, lane, queue.newest(), 1);
        batch.put(
                table,
                key(lane, queue.row(number)),
                (stamp.text() + push.value() + taken.orElse("")).getBytes(StandardCharsets.UTF_8));
        if (number > queue.most() && has(batch, lane, queue.row(number - queue.most()))) {
            batch.delete(table, key(lane, queue.row(number - queue.most())));
        }
    }

    private long size(Reader reader, int lane, RowQueue queue) {
        return number(reader, lane, queue.newest(), 0) - number(reader, lane, queue.oldest(), 1) + 1;
    }

    private long number(Reader reader, int lane, RowKey row, long absent) {
        return get(reader, lane, row).map(Long::valueOf).orElse(absent);
    }

    private long add(Batch batch, int lane, RowKey row, long more) {
        long sum = number(batch, lane, row, 0) + more;
        if (sum == 0) {
            batch.delete(table, key(lane, row));
        } else {
            batch.put(table, key(lane, row), number(sum));
        }
        return sum;
    }

    private static byte[] key(int lane, RowKey row) {
        return key(lane, row.table(), row.partition().orElse(""), row.key());
    }

    private static byte[] key(int lane, String table, String partition, String key) {
        return ((char) lane + table + SEPARATOR + partition + SEPARATOR + key).getBytes(StandardCharsets.ISO_8859_1);
    }
}

package dev.portcullis.store.rows;

import dev.portcullis.protocol.Permit;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.store.rows.RowRange.Direction;
import dev.portcullis.store.rows.Rows.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rows of the embedded store, as steps read and write them: a step of another table may write rows in the same commit. */
public final class EmbeddedRows {
    private static final char SEPARATOR = '\0';

    private final Table table;

    /** Opens the rows. Create them while starting: it blocks the thread. */
    public EmbeddedRows(EmbeddedStore store) {
        this.table = store.table("rows");
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
        return permit.unchanged().stream()
                .allMatch(row -> get(reader, lane, RowKey.of(row)).equals(row.value()));
    }

    public void write(Batch batch, int lane, WriteSet writes) {
        writes.cleared().forEach(partition -> clear(batch, lane, partition));
        writes.rows()
                .forEach((row, value) -> value.ifPresentOrElse(
                        text -> batch.put(table, key(lane, row), text.getBytes(StandardCharsets.UTF_8)),
                        () -> batch.delete(table, key(lane, row))));
        writes.counts().forEach((row, more) -> add(batch, lane, row, more));
    }

    Rows read(Reader reader, int lane, ReadSet reads, long now) {
        Map<RowKey, Optional<String>> rows = new HashMap<>();
        Map<RowRange, List<Row>> ranges = new HashMap<>();
        reads.rows().forEach(row -> rows.put(row, get(reader, lane, row)));
        reads.ranges().forEach(range -> ranges.put(range, range(reader, lane, range)));
        return new Rows(now, rows, ranges);
    }

    private List<Row> range(Reader reader, int lane, RowRange range) {
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

    private void clear(Batch batch, int lane, Partition partition) {
        List<byte[]> keys = new ArrayList<>();
        RowRange all = partition.first(Integer.MAX_VALUE);
        batch.scan(
                table,
                key(lane, all.table(), all.partition(), all.from()),
                key(lane, all.table(), all.partition(), all.before()),
                (key, value) -> keys.add(key));
        keys.forEach(key -> batch.delete(table, key));
    }

    private void add(Batch batch, int lane, RowKey row, long more) {
        long sum = get(batch, lane, row).map(Long::valueOf).orElse(0L) + more;
        if (sum == 0) {
            batch.delete(table, key(lane, row));
        } else {
            batch.put(table, key(lane, row), Long.toString(sum).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static byte[] key(int lane, RowKey row) {
        return key(lane, row.table(), row.partition().orElse(""), row.key());
    }

    private static byte[] key(int lane, String table, String partition, String key) {
        return ((char) lane + table + SEPARATOR + partition + SEPARATOR + key).getBytes(StandardCharsets.ISO_8859_1);
    }
}

package dev.portcullis.store.rows;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.store.rows.RowRange.Direction;
import dev.portcullis.store.rows.RowStep.Done;
import dev.portcullis.store.rows.RowStep.ReadMore;
import dev.portcullis.store.rows.Rows.Row;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Rows in one table of the embedded store. A step runs on the store's only writer, so it never runs again. */
public final class EmbeddedRowStore implements RowStore {
    private static final char SEPARATOR = '\0';

    private final EmbeddedStore store;
    private final LongSupplier clock;
    private final Table table;

    /**
     * Blocks the thread: create it while starting.
     *
     * @param clock the time in milliseconds
     */
    public EmbeddedRowStore(EmbeddedStore store, LongSupplier clock) {
        this.store = store;
        this.clock = clock;
        this.table = store.table("rows");
    }

    @Override
    public Future<Rows> read(int lane, ReadSet reads) {
        return store.read(reader -> rows(reader, lane, reads));
    }

    @Override
    public <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
        return store.write(batch -> {
            ReadSet asked = reads;
            RowStep<T> next = step.apply(rows(batch, lane, asked));
            while (next instanceof ReadMore<T> more) {
                asked = asked.and(more.reads());
                next = step.apply(rows(batch, lane, asked));
            }
            return write(batch, lane, (Done<T>) next);
        });
    }

    private <T> T write(Batch batch, int lane, Done<T> done) {
        if (!done.writes().rows().isEmpty() && clock.getAsLong() > done.notAfter()) {
            throw StoreFailure.notApplied("a change came too late");
        }
        done.writes().rows().forEach((row, value) -> {
            byte[] key = key(lane, row.table(), row.partition().orElse(""), row.key());
            value.ifPresentOrElse(
                    text -> batch.put(table, key, text.getBytes(StandardCharsets.UTF_8)),
                    () -> batch.delete(table, key));
        });
        return done.result();
    }

    private Rows rows(Reader reader, int lane, ReadSet reads) {
        Map<RowKey, Optional<String>> rows = new HashMap<>();
        Map<RowRange, List<Row>> ranges = new HashMap<>();
        reads.rows().forEach(row -> rows.put(row, row(reader, lane, row)));
        reads.ranges().forEach(range -> ranges.put(range, range(reader, lane, range)));
        return new Rows(clock.getAsLong(), rows, ranges);
    }

    private Optional<String> row(Reader reader, int lane, RowKey row) {
        return Optional.ofNullable(
                        reader.get(table, key(lane, row.table(), row.partition().orElse(""), row.key())))
                .map(value -> new String(value, StandardCharsets.UTF_8));
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

    private static byte[] key(int lane, String table, String partition, String key) {
        return ((char) lane + table + SEPARATOR + partition + SEPARATOR + key).getBytes(StandardCharsets.ISO_8859_1);
    }
}

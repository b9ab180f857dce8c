package dev.portcullis.streams.embedded;

import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.store.embedded.TableSource;
import dev.portcullis.streams.record.IdempotencyRow;
import dev.portcullis.streams.record.RowReader;
import dev.portcullis.streams.record.RowWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The idempotency keys of the last ten to twenty minutes, in two tables that rotate: the older one is emptied as a whole,
 * at no cost for each key. The store also holds which table is active.
 */
final class IdempotencyKeys {
    private static final long ROTATION_MS = TimeUnit.MINUTES.toMillis(10);
    private static final byte[] STATE_KEY = "keys".getBytes(StandardCharsets.UTF_8);

    private final List<Table> tables;
    private final Table state;

    IdempotencyKeys(TableSource store, Table state) {
        this.tables = List.of(store.table("streams.keys.0"), store.table("streams.keys.1"));
        this.state = state;
    }

    /** The tables in which to look for a key; new keys go into the first one. */
    List<Table> activeFirst(Batch batch, long now) {
        byte[] stored = batch.get(state, STATE_KEY);
        ActiveTable activeTable = stored == null ? new ActiveTable(0, now) : ActiveTable.decode(stored);
        ActiveTable due = activeTable.at(now);
        if (stored == null || !due.equals(activeTable)) {
            batch.put(state, STATE_KEY, due.encode());
        }
        if (due.index != activeTable.index) {
            batch.empty(tables.get(due.index));
            if (now - activeTable.since >= 2 * ROTATION_MS) { // both tables are old after so long without appends
                batch.empty(tables.get(activeTable.index));
            }
        }
        return activeFirst(due);
    }

    static Optional<IdempotencyRow> find(Batch batch, List<Table> tables, byte[] key) {
        return first(tables, table -> batch.getOnce(table, key)).map(IdempotencyRow::decode);
    }

    /** The row under a key, whatever its form; it may be older than the keys that count. */
    Optional<byte[]> row(Reader reader, byte[] key) {
        return Optional.ofNullable(reader.get(state, STATE_KEY))
                .flatMap(stored -> first(activeFirst(ActiveTable.decode(stored)), table -> reader.get(table, key)));
    }

    private static Optional<byte[]> first(List<Table> tables, Function<Table, byte @Nullable []> row) {
        for (Table table : tables) {
            byte[] found = row.apply(table);
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private List<Table> activeFirst(ActiveTable active) {
        return active.index == 0 ? tables : List.of(tables.get(1), tables.get(0));
    }

    private record ActiveTable(int index, long since) {
        /**
         * The active table at this time. If the clock was set back, the interval starts again: the tables would otherwise grow
         * until the clock has caught up.
         */
        ActiveTable at(long now) {
            if (now < since) {
                return new ActiveTable(index, now);
            }
            return now - since < ROTATION_MS ? this : new ActiveTable(1 - index, now);
        }

        byte[] encode() {
            return new RowWriter(16).number(index).number(since).end();
        }

        static ActiveTable decode(byte[] bytes) {
            RowReader row = new RowReader(bytes);
            return new ActiveTable((int) row.number(), row.number());
        }
    }
}

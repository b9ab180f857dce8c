package dev.portcullis.store.embedded;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows that the steps of the writer read last, as they were committed last; also those that are absent. It is exact because no
 * other thread writes. An append reads the same few rows as the append before: which keys count, the run, the record of its stream,
 * what its permit rests on. The writer's thread alone uses it.
 */
final class RowCache implements Reader {
    static final int MOST_ROWS = 8_192;
    static final int MOST_BYTES_OF_ROW = 512;

    /** Marks an absent row; distinguished by identity from an empty one. */
    private static final byte[] ABSENT = new byte[0];

    private final Reader committed;
    private final Map<RowId, byte[]> rows = new LinkedHashMap<>(16, 0.75f, true);

    RowCache(Reader committed) {
        this.committed = committed;
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        return get(new RowId(table, key));
    }

    byte @Nullable [] get(RowId row) {
        byte[] known = rows.get(row);
        if (known == null) {
            known = orAbsent(committed.get(row.table, row.key));
            if (known.length <= MOST_BYTES_OF_ROW) {
                put(row, known);
            }
        }
        return known == ABSENT ? null : known;
    }

    /** Reads a row that is not read again: it takes the place of no other. */
    byte @Nullable [] getOnce(RowId row) {
        byte[] known = rows.get(row);
        return known == null ? committed.get(row.table, row.key) : known == ABSENT ? null : known;
    }

    @Override
    public void scan(Table table, byte[] from, byte[] to, Visitor visitor) {
        committed.scan(table, from, to, visitor);
    }

    @Override
    public void scanBack(Table table, byte[] from, byte[] to, Visitor visitor) {
        committed.scanBack(table, from, to, visitor);
    }

    int size() {
        return rows.size();
    }

    /** Takes in what was committed. */
    void committed(StagedWrites writes) {
        writes.emptied().forEach(table -> rows.keySet().removeIf(row -> row.table == table));
        writes.rows().forEach((row, written) -> {
            if (written.length > MOST_BYTES_OF_ROW) {
                rows.remove(row);
            } else {
                rows.replace(row, written == StagedWrites.DELETED ? ABSENT : written);
            }
        });
    }

    /** Forgets all rows, since it is not known what a commit that failed has changed. */
    void forget() {
        rows.clear();
    }

    private void put(RowId row, byte[] known) {
        rows.put(row, known);
        if (rows.size() > MOST_ROWS) {
            rows.remove(rows.keySet().iterator().next());
        }
    }

    private static byte[] orAbsent(byte @Nullable [] row) {
        return row == null ? ABSENT : row;
    }
}

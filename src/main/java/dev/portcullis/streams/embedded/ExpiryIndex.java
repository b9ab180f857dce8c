package dev.portcullis.streams.embedded;

import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.store.embedded.TableSource;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.RowWriter;
import dev.portcullis.streams.record.StreamMeta;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Indexes streams by the time at which a part of them may have to be deleted, so that a sweep reads only those. Each stream with
 * a record has one row; the record holds the row's time too, by which the row is found. A row may be too early but never too
 * late, so an append moves it only if it would be too late.
 */
final class ExpiryIndex {
    private final Table rows;

    ExpiryIndex(TableSource store) {
        this.rows = store.table("streams.expiry");
    }

    /** @param dueAt the store time at which a part of the stream may have to be deleted */
    record Row(long dueAt, StreamName stream) {
        byte[] key() {
            byte[] name = RowKeys.meta(stream);
            return ByteBuffer.allocate(Long.BYTES + name.length)
                    .putLong(dueAt)
                    .put(name)
                    .array();
        }

        static Row of(byte[] key) {
            long dueAt = ByteBuffer.wrap(key).getLong();
            return new Row(dueAt, RowKeys.streamOf(Arrays.copyOfRange(key, Long.BYTES, key.length)));
        }
    }

    /** @param from the time of the stream's row; {@link StreamMeta#UNINDEXED} if it has none */
    void move(Batch batch, StreamName stream, long from, long to) {
        if (from == to) {
            return;
        }
        if (from != StreamMeta.UNINDEXED) {
            remove(batch, new Row(from, stream));
        }
        batch.put(rows, new Row(to, stream).key(), new RowWriter(0).end());
    }

    void remove(Batch batch, Row row) {
        batch.delete(rows, row.key());
    }

    /** Visits the rows that are due, from the key {@code from} on, until the visitor returns false. */
    void scanDue(Reader reader, byte[] from, long now, Predicate<Row> visitor) {
        reader.scan(rows, from, firstKey(now + 1), (key, value) -> visitor.test(Row.of(key)));
    }

    private static byte[] firstKey(long dueAt) {
        return ByteBuffer.allocate(Long.BYTES).putLong(dueAt).array();
    }
}

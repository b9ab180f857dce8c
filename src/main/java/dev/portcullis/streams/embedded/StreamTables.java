package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.store.embedded.TableSource;
import dev.portcullis.store.rows.EmbeddedRows;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.RowReader;
import dev.portcullis.streams.record.RowWriter;
import dev.portcullis.streams.record.StoreRuns;
import dev.portcullis.streams.record.StreamMeta;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;

/** The tables of the embedded streams, access to their rows, and the memory about them. */
final class StreamTables {
    private static final byte[] RUNS = "runs".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SERVER_WRITES = "serverWrites".getBytes(StandardCharsets.UTF_8);

    final Table metas;
    final Table entries;
    final IdempotencyKeys keys;
    final ExpiryIndex expiry;
    final InboxTables inboxes;
    final EmbeddedRows rows;
    final MessageIndexes messages = new MessageIndexes();
    private final Table state;

    StreamTables(TableSource store) {
        this.metas = store.table("streams.metas");
        this.entries = store.table("streams.entries");
        this.rows = new EmbeddedRows(store);
        this.state = store.table("streams.state");
        this.keys = new IdempotencyKeys(store, state);
        this.expiry = new ExpiryIndex(store);
        this.inboxes = new InboxTables(store, rows);
    }

    boolean isBarred(Reader reader, StreamName stream, UserId user) {
        return rows.has(reader, stream.lane(), StreamBars.of(stream, user));
    }

    /** The runs; empty only before the first run. */
    Optional<StoreRuns> storedRuns(Reader reader) {
        return Optional.ofNullable(reader.get(state, RUNS)).map(StoreRuns::decode);
    }

    StoreRuns runs(Reader reader) {
        return storedRuns(reader).orElseThrow(() -> new StoreFailure("no run has begun"));
    }

    void put(Batch batch, StoreRuns runs) {
        batch.put(state, RUNS, runs.encode());
    }

    Optional<StreamMeta> storedMeta(Reader reader, StreamName stream) {
        return Optional.ofNullable(reader.get(metas, RowKeys.meta(stream))).map(StreamMeta::decode);
    }

    StreamMeta meta(Reader reader, StreamName stream) {
        return meta(reader, runs(reader), stream);
    }

    /** @param runs those of the same reader, for a caller who reads many streams */
    StreamMeta meta(Reader reader, StoreRuns runs, StreamName stream) {
        return StreamMeta.in(runs, storedMeta(reader, stream));
    }

    void put(Batch batch, StreamName stream, StreamMeta meta) {
        batch.put(metas, RowKeys.meta(stream), meta.encode());
        if (stream.isOfServer()) {
            batch.put(
                    state,
                    SERVER_WRITES,
                    new RowWriter(Long.BYTES).number(serverWrites(batch) + 1).end());
        }
    }

    /**
     * Counts the writes of the records of the server's own streams. Two readers that find the same number in the same run find the same
     * records.
     */
    long serverWrites(Reader reader) {
        byte[] row = reader.get(state, SERVER_WRITES);
        return row == null ? 0 : new RowReader(row).number();
    }

    Optional<EntryRow> entry(Reader reader, StreamName stream, long seq) {
        return Optional.ofNullable(reader.get(entries, RowKeys.entry(stream, seq)))
                .map(value -> EntryRow.decode(stream, seq, value));
    }

    /** The highest seq that is beyond the retention of a stream, or was once, as far as the store knows; 0 if none. */
    long hidden(Reader reader, StreamName stream, StreamMeta meta, long now) {
        Retention kept = meta.retention().kept();
        return kept.ageMs() == Retention.FOREVER
                ? meta.hides()
                : Math.max(meta.hides(), lastBefore(reader, stream, meta, kept.horizon(now)));
    }

    /**
     * The highest seq of entries that were stored before a time; 0 if none of those that the store has was. By halves: the times of
     * entries do not go back.
     */
    private long lastBefore(Reader reader, StreamName stream, StreamMeta meta, long time) {
        if (meta.isEmpty() || !isBefore(reader, stream, meta.first(), time)) {
            return 0;
        }
        long low = meta.first();
        long high = meta.head();
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (isBefore(reader, stream, middle, time)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private boolean isBefore(Reader reader, StreamName stream, long seq, long time) {
        return entry(reader, stream, seq).filter(row -> row.stored() >= time).isEmpty();
    }

    void put(Batch batch, EntryRow row) {
        batch.put(
                entries,
                RowKeys.entry(row.entry().stream(), row.entry().position().seq()),
                row.encode());
    }

    /** Deletes an entry. Call it in ascending order. Returns whether the entry was a gap. */
    boolean deleteEntry(Batch batch, StreamName stream, long seq) {
        Optional<EntryRow> ofInbox = stream.isInbox() ? entry(batch, stream, seq) : Optional.empty();
        ofInbox.ifPresent(row -> inboxes.forget(batch, row));
        batch.delete(entries, RowKeys.entry(stream, seq));
        return ofInbox.filter(EntryRow::isGap).isPresent();
    }

    /** Visits the rows of {@code first} to {@code last}, both included, ascending, until the visitor returns false. */
    void scan(Reader reader, StreamName stream, long first, long last, Predicate<EntryRow> visitor) {
        reader.scan(entries, RowKeys.entry(stream, first), RowKeys.entry(stream, last + 1), decoding(stream, visitor));
    }

    void scanBack(Reader reader, StreamName stream, long first, long last, Predicate<EntryRow> visitor) {
        reader.scanBack(
                entries, RowKeys.entry(stream, first), RowKeys.entry(stream, last + 1), decoding(stream, visitor));
    }

    private static Reader.Visitor decoding(StreamName stream, Predicate<EntryRow> visitor) {
        return (key, value) -> visitor.test(EntryRow.decode(stream, RowKeys.seqOf(key), value));
    }
}

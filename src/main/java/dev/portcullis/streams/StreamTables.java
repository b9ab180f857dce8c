package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Batch;
import dev.portcullis.store.EmbeddedStore;
import dev.portcullis.store.Reader;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The tables of the embedded streams, and how their rows are found. */
final class StreamTables {
    private static final byte[] RUNS = "runs".getBytes(StandardCharsets.UTF_8);

    final Table metas;
    final Table entries;
    final PublishedKeys keys;
    final ExpiryIndex expiry;
    private final Table bars;
    private final Table barCounts;
    private final Table state;

    StreamTables(EmbeddedStore store) {
        this.metas = store.table("streams.metas");
        this.entries = store.table("streams.entries");
        this.bars = store.table("streams.bars");
        this.barCounts = store.table("streams.bar_counts");
        this.state = store.table("streams.state");
        this.keys = new PublishedKeys(store, state);
        this.expiry = new ExpiryIndex(store, state);
    }

    /** Empty only before the first run began. */
    Optional<Runs> storedRuns(Batch batch) {
        return Optional.ofNullable(batch.get(state, RUNS)).map(Runs::decode);
    }

    Runs runs(Batch batch) {
        return storedRuns(batch).orElseThrow(StreamTables::noRun);
    }

    Runs runs(Reader reader) {
        return Optional.ofNullable(reader.get(state, RUNS)).map(Runs::decode).orElseThrow(StreamTables::noRun);
    }

    void put(Batch batch, Runs runs) {
        batch.put(state, RUNS, runs.encode());
    }

    Optional<Meta> storedMeta(Batch batch, StreamName stream) {
        return meta(batch.get(metas, RowKey.meta(stream)));
    }

    Meta meta(Batch batch, StreamName stream) {
        return Meta.in(runs(batch), storedMeta(batch, stream));
    }

    Optional<Meta> storedMeta(Reader reader, StreamName stream) {
        return meta(reader.get(metas, RowKey.meta(stream)));
    }

    Meta meta(Reader reader, StreamName stream) {
        return Meta.in(runs(reader), storedMeta(reader, stream));
    }

    void put(Batch batch, StreamName stream, Meta meta) {
        batch.put(metas, RowKey.meta(stream), meta.encode());
    }

    /** Visits the rows of {@code first} to {@code last}, both included, ascending, until told to stop. */
    void scan(Reader reader, StreamName stream, long first, long last, Predicate<EntryRow> visitor) {
        reader.scan(entries, RowKey.entry(stream, first), RowKey.entry(stream, last + 1), decoding(stream, visitor));
    }

    void scanBack(Reader reader, StreamName stream, long first, long last, Predicate<EntryRow> visitor) {
        reader.scanBack(
                entries, RowKey.entry(stream, first), RowKey.entry(stream, last + 1), decoding(stream, visitor));
    }

    boolean isBarred(Batch batch, StreamName stream, UserId user) {
        return batch.get(bars, RowKey.bar(stream, user)) != null;
    }

    boolean isBarred(Reader reader, StreamName stream, UserId user) {
        return reader.get(bars, RowKey.bar(stream, user)) != null;
    }

    /** Whether nobody but those who are barred already can be barred. */
    boolean isFull(Batch batch, StreamName stream, UserId user, int most) {
        return !isBarred(batch, stream, user) && barCount(batch, stream) >= most;
    }

    void unbar(Batch batch, StreamName stream, UserId user) {
        if (isBarred(batch, stream, user)) {
            batch.delete(bars, RowKey.bar(stream, user));
            count(batch, stream, -1);
        }
    }

    void bar(Batch batch, StreamName stream, UserId user) {
        if (!isBarred(batch, stream, user)) {
            batch.put(bars, RowKey.bar(stream, user), new RowWriter(0).end());
            count(batch, stream, 1);
        }
    }

    /** Kept beside the bars: to count them would take the writer a scan of up to all of them. */
    private long barCount(Batch batch, StreamName stream) {
        return Optional.ofNullable(batch.get(barCounts, RowKey.meta(stream)))
                .map(row -> new RowReader(row).number())
                .orElse(0L);
    }

    private void count(Batch batch, StreamName stream, int more) {
        long count = barCount(batch, stream) + more;
        if (count > 0) {
            batch.put(
                    barCounts,
                    RowKey.meta(stream),
                    new RowWriter(Long.BYTES).number(count).end());
        } else {
            batch.delete(barCounts, RowKey.meta(stream));
        }
    }

    private static Reader.Visitor decoding(StreamName stream, Predicate<EntryRow> visitor) {
        return (key, value) -> visitor.test(EntryRow.decode(stream, RowKey.seqOf(key), value));
    }

    private static Optional<Meta> meta(byte @Nullable [] row) {
        return Optional.ofNullable(row).map(Meta::decode);
    }

    private static StoreFailure noRun() {
        return new StoreFailure("no run has begun");
    }
}

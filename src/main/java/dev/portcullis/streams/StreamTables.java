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
    private final Table bars;
    private final Table state;

    StreamTables(EmbeddedStore store) {
        this.metas = store.table("streams.metas");
        this.entries = store.table("streams.entries");
        this.bars = store.table("streams.bars");
        this.state = store.table("streams.state");
        this.keys = new PublishedKeys(store, state);
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

    Meta meta(Reader reader, StreamName stream) {
        return Meta.in(runs(reader), meta(reader.get(metas, RowKey.meta(stream))));
    }

    void put(Batch batch, StreamName stream, Meta meta) {
        batch.put(metas, RowKey.meta(stream), meta.encode());
    }

    /** Whether the stream's oldest entry may go. */
    boolean isTooOld(Batch batch, StreamName stream, Meta meta, long now) {
        return !meta.isEmpty() && isTooOld(batch.get(entries, RowKey.entry(stream, meta.first())), stream, meta, now);
    }

    boolean isTooOld(Reader reader, StreamName stream, Meta meta, long now) {
        return !meta.isEmpty() && isTooOld(reader.get(entries, RowKey.entry(stream, meta.first())), stream, meta, now);
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

    void unbar(Batch batch, StreamName stream, UserId user) {
        batch.delete(bars, RowKey.bar(stream, user));
    }

    void bar(Batch batch, StreamName stream, UserId user) {
        batch.put(bars, RowKey.bar(stream, user), new RowWriter(0).end());
    }

    private static Reader.Visitor decoding(StreamName stream, Predicate<EntryRow> visitor) {
        return (key, value) -> visitor.test(EntryRow.decode(stream, RowKey.seqOf(key), value));
    }

    private static boolean isTooOld(byte @Nullable [] row, StreamName stream, Meta meta, long now) {
        return row == null || EntryRow.decode(stream, meta.first(), row).stored() < meta.horizon(now);
    }

    private static Optional<Meta> meta(byte @Nullable [] row) {
        return Optional.ofNullable(row).map(Meta::decode);
    }

    private static StoreFailure noRun() {
        return new StoreFailure("no run has begun");
    }
}

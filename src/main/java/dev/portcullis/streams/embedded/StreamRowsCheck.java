package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Result;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.ReadOnlyStore;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.StoreRuns;
import dev.portcullis.streams.record.StreamMeta;
import java.util.Optional;

/** Reads every row of the streams of a store: whether this program understands it, and no entry is missing. */
public final class StreamRowsCheck {
    private static final byte[] FIRST = {};

    private final ReadOnlyStore store;
    private final StreamTables tables;
    private long streams;
    private long entries;
    private Optional<String> defect = Optional.empty();

    /** What was read. */
    public record Counted(long streams, long entries) {}

    private StreamRowsCheck(ReadOnlyStore store) {
        this.store = store;
        this.tables = new StreamTables(store);
    }

    /** Refused with the first defect. It names no stream, since the name of an inbox is a user's. */
    public static Result<Counted, String> run(ReadOnlyStore store) {
        try {
            return new StreamRowsCheck(store).run();
        } catch (StoreFailure failure) {
            return Result.refused(String.valueOf(failure.getMessage()));
        }
    }

    private Result<Counted, String> run() {
        Optional<StoreRuns> runs = tables.storedRuns(store.reader());
        if (runs.isEmpty()) {
            return Result.refused("the store has no epoch");
        }
        store.reader().scan(tables.metas, FIRST, RowKeys.last(), (key, value) -> {
            streams++;
            defect = defectOf(runs.get(), key, value);
            return defect.isEmpty();
        });
        return defect.<Result<Counted, String>>map(Result::refused)
                .orElseGet(() -> Result.done(new Counted(streams, entries)));
    }

    private Optional<String> defectOf(StoreRuns runs, byte[] key, byte[] value) {
        try {
            StreamMeta meta = StreamMeta.in(runs, Optional.of(StreamMeta.decode(value)));
            long held = held(RowKeys.streamOf(key), meta);
            entries += held;
            return held == meta.head() - meta.first() + 1
                    ? Optional.empty()
                    : Optional.of("an entry of a stream is missing");
        } catch (StoreFailure failure) {
            throw failure;
        } catch (RuntimeException unreadable) {
            return Optional.of("this program can't read a row of a stream");
        }
    }

    private long held(StreamName stream, StreamMeta meta) {
        long[] held = {0};
        store.reader()
                .scan(
                        tables.entries,
                        RowKeys.entry(stream, meta.first()),
                        RowKeys.entry(stream, meta.head() + 1),
                        (key, value) -> {
                            EntryRow row = EntryRow.decode(stream, RowKeys.seqOf(key), value);
                            held[0] += row.stored() < 0 ? 0 : 1;
                            return true;
                        });
        return held[0];
    }
}

package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.RowReader;
import dev.portcullis.streams.record.RowWriter;
import java.util.Optional;

/** The users who are barred from streams. */
public final class EmbeddedBars {
    private final Table bars;
    private final Table barCounts;

    /** Blocks the thread: create it while starting. */
    public EmbeddedBars(EmbeddedStore store) {
        this.bars = store.table("streams.bars");
        this.barCounts = store.table("streams.bar_counts");
    }

    boolean isBarred(Batch batch, StreamName stream, UserId user) {
        return batch.get(bars, RowKeys.ofUser(stream, user)) != null;
    }

    boolean isBarred(Reader reader, StreamName stream, UserId user) {
        return reader.get(bars, RowKeys.ofUser(stream, user)) != null;
    }

    /** Whether this user can't be barred because the stream has its maximum of other barred users. */
    boolean isFull(Batch batch, StreamName stream, UserId user, int most) {
        return !isBarred(batch, stream, user) && count(batch, stream) >= most;
    }

    /** Lifts the user's bar, if there is one. */
    public void unbar(Batch batch, StreamName stream, UserId user) {
        if (isBarred(batch, stream, user)) {
            batch.delete(bars, RowKeys.ofUser(stream, user));
            count(batch, stream, -1);
        }
    }

    void bar(Batch batch, StreamName stream, UserId user) {
        if (!isBarred(batch, stream, user)) {
            batch.put(bars, RowKeys.ofUser(stream, user), new RowWriter(0).end());
            count(batch, stream, 1);
        }
    }

    /** The count is stored beside the bars: otherwise the writer would have to scan all bars of the stream. */
    private long count(Batch batch, StreamName stream) {
        return Optional.ofNullable(batch.get(barCounts, RowKeys.meta(stream)))
                .map(row -> new RowReader(row).number())
                .orElse(0L);
    }

    private void count(Batch batch, StreamName stream, int delta) {
        long count = count(batch, stream) + delta;
        if (count > 0) {
            batch.put(
                    barCounts,
                    RowKeys.meta(stream),
                    new RowWriter(Long.BYTES).number(count).end());
        } else {
            batch.delete(barCounts, RowKeys.meta(stream));
        }
    }
}

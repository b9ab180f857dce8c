package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.rows.EmbeddedRows;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamName;

/** The users who are barred from streams. */
final class EmbeddedBars {
    private final EmbeddedRows rows;

    EmbeddedBars(EmbeddedRows rows) {
        this.rows = rows;
    }

    boolean isBarred(Reader reader, StreamName stream, UserId user) {
        return rows.has(reader, stream.lane(), StreamBars.of(stream, user));
    }

    /** Whether this user can't be barred because the stream has its maximum of other barred users. */
    boolean isFull(Batch batch, StreamName stream, UserId user, int most) {
        return !isBarred(batch, stream, user) && count(batch, stream) >= most;
    }

    void bar(Batch batch, StreamName stream, UserId user) {
        if (!isBarred(batch, stream, user)) {
            WriteSet bar = WriteSet.of(StreamBars.of(stream, user), "").add(StreamBars.count(stream), 1);
            rows.write(batch, stream.lane(), bar);
        }
    }

    private long count(Reader reader, StreamName stream) {
        return rows.get(reader, stream.lane(), StreamBars.count(stream))
                .map(Long::valueOf)
                .orElse(0L);
    }
}

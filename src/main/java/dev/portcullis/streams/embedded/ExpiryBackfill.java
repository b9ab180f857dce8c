package dev.portcullis.streams.embedded;

import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.StreamMeta;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adds the streams of a store that an older release wrote to the {@link ExpiryIndex}: once, in small steps, and from the
 * beginning again if it was interrupted.
 */
final class ExpiryBackfill {
    private static final int STREAMS_PER_STEP = 256;

    private final EmbeddedStore store;
    private final StreamTables tables;

    ExpiryBackfill(EmbeddedStore store, StreamTables tables) {
        this.store = store;
        this.tables = tables;
    }

    Future<Void> run(long now) {
        Promise<Void> done = Promise.promise();
        store.readInBackground(tables.expiry::isComplete)
                .onSuccess(complete -> {
                    if (complete) {
                        done.complete();
                    } else {
                        advance(new byte[0], now, done);
                    }
                })
                .onFailure(done::tryFail);
        return done.future();
    }

    private void advance(byte[] from, long now, Promise<Void> done) {
        store.readInBackground(reader -> scan(reader, from))
                .compose(page -> store.write(batch -> {
                            page.streams.forEach(stream -> tables.storedMeta(batch, stream)
                                    .filter(meta -> meta.dueAt() == StreamMeta.UNINDEXED)
                                    .ifPresent(meta -> {
                                        tables.expiry.move(batch, stream, StreamMeta.UNINDEXED, now);
                                        tables.put(batch, stream, meta.due(now));
                                    }));
                            if (page.next.isEmpty()) {
                                tables.expiry.complete(batch);
                            }
                            return page;
                        })
                        .map(written -> {
                            page.next.ifPresentOrElse(next -> advance(next, now, done), done::complete);
                            return page;
                        }))
                .onFailure(done::tryFail);
    }

    private Page scan(Reader reader, byte[] from) {
        Page page = new Page();
        reader.scan(tables.metas, from, RowKeys.last(), (key, value) -> {
            page.seen++;
            if (StreamMeta.decode(value).dueAt() == StreamMeta.UNINDEXED) {
                page.streams.add(RowKeys.streamOf(key));
            }
            page.next = Optional.of(RowKeys.next(key)).filter(any -> page.seen == STREAMS_PER_STEP);
            return page.seen < STREAMS_PER_STEP;
        });
        return page;
    }

    private static final class Page {
        private final List<StreamName> streams = new ArrayList<>();
        private Optional<byte[]> next = Optional.empty();
        private int seen;
    }
}

package dev.portcullis.streams;

import dev.portcullis.store.Batch;
import dev.portcullis.store.EmbeddedStore;
import dev.portcullis.store.Reader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Goes once through all streams and deletes entries that are too old and records that were forgotten. Each of its steps
 * is small, so that an append never waits long behind one. Records that ran out are forgotten all at once by beginning
 * a new run, which costs some resumes their exactness: at most once a week.
 */
final class Sweep {
    private static final long CUT_EVERY_MS = TimeUnit.DAYS.toMillis(7);
    private static final int STREAMS = 256;
    private static final int DELETIONS = 256;

    private final EmbeddedStore store;
    private final StreamTables tables;

    Sweep(EmbeddedStore store, StreamTables tables) {
        this.store = store;
        this.tables = tables;
    }

    Future<Void> run(long now) {
        Promise<Void> done = Promise.promise();
        advance(new byte[0], false, now, done);
        return done.future();
    }

    /** A loop over futures, not a chain of them: a million streams must not pile up a million callbacks. */
    private void advance(byte[] from, boolean cutDue, long now, Promise<Void> done) {
        store.read(reader -> look(reader, from, now))
                .compose(seen -> clean(seen, now).map(cleaned -> {
                    boolean due = cutDue || seen.ranOut;
                    if (!cleaned) {
                        advance(from, due, now, done);
                    } else if (seen.last.isPresent()) {
                        advance(RowKey.next(seen.last.get()), due, now, done);
                    } else {
                        finish(due, now, done);
                    }
                    return seen;
                }))
                .onFailure(done::tryFail);
    }

    private void finish(boolean cutDue, long now, Promise<Void> done) {
        if (cutDue) {
            store.write(batch -> cut(batch, now)).<Void>mapEmpty().onComplete(done);
        } else {
            done.complete();
        }
    }

    private Runs cut(Batch batch, long now) {
        Runs runs = tables.runs(batch);
        if (now - runs.begun() < CUT_EVERY_MS) {
            return runs;
        }
        Runs next = runs.beginAnew(Epochs.next(), now);
        tables.put(batch, next);
        return next;
    }

    private Seen look(Reader reader, byte[] from, long now) {
        Runs runs = tables.runs(reader);
        Seen seen = new Seen();
        reader.scan(tables.metas, from, RowKey.LAST, (key, value) -> {
            StreamName stream = RowKey.streamOf(key);
            Meta meta = Meta.decode(value);
            if (meta.isForgotten(runs) || tables.isTooOld(reader, stream, meta, now)) {
                seen.due.add(stream);
            }
            seen.ranOut |= meta.hasRunOut(now) && !meta.isForgotten(runs);
            seen.count++;
            seen.last = Optional.of(key).filter(any -> seen.count == STREAMS);
            return seen.count < STREAMS;
        });
        return seen;
    }

    /** Completes with whether all that was due is gone. */
    private Future<Boolean> clean(Seen seen, long now) {
        if (seen.due.isEmpty()) {
            return Future.succeededFuture(true);
        }
        return store.write(batch -> {
            int left = DELETIONS;
            for (StreamName stream : seen.due) {
                left -= clean(batch, stream, now, left);
            }
            return left > 0;
        });
    }

    /** Judges by the batch, since an append may have come between. Returns how many rows it deleted. */
    private int clean(Batch batch, StreamName stream, long now, int limit) {
        Optional<Meta> stored = tables.storedMeta(batch, stream);
        if (stored.isEmpty() || limit == 0) {
            return 0;
        }
        Meta meta = stored.get();
        if (meta.isForgotten(tables.runs(batch))) {
            batch.delete(tables.metas, RowKey.meta(stream));
            return 1;
        }
        Meta rest = meta;
        while (rest.first() - meta.first() < limit && tables.isTooOld(batch, stream, rest, now)) {
            batch.delete(tables.entries, RowKey.entry(stream, rest.first()));
            rest = rest.from(rest.first() + 1);
        }
        if (!rest.equals(meta)) {
            tables.put(batch, stream, rest);
        }
        return (int) (rest.first() - meta.first());
    }

    /** One look at some streams, and {@code last} where there may be more behind it. */
    private static final class Seen {
        private final List<StreamName> due = new ArrayList<>();
        private Optional<byte[]> last = Optional.empty();
        private boolean ranOut;
        private int count;
    }
}

package dev.portcullis.streams.embedded;

import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.RandomEpoch;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.StoreRuns;
import dev.portcullis.streams.record.StreamMeta;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Deletes entries that are too old and records that were forgotten, of the streams that are due in the {@link
 * ExpiryIndex}. It reads in the background and writes in small steps, so that no read waits for it and no append waits
 * long. Expired records are forgotten all at once, at most once a week, by starting a new run: after it some resumes are
 * no longer exact.
 */
final class WindowSweep {
    private static final long FORGET_EVERY_MS = TimeUnit.DAYS.toMillis(7);
    private static final int STREAMS_PER_STEP = 256;
    private static final int DELETIONS_PER_STEP = 256;

    private final EmbeddedStore store;
    private final StreamTables tables;

    WindowSweep(EmbeddedStore store, StreamTables tables) {
        this.store = store;
        this.tables = tables;
    }

    Future<Void> run(long now) {
        Promise<Void> done = Promise.promise();
        advance(new byte[0], false, now, done);
        return done.future();
    }

    /**
     * Goes through all pages. It loops over futures instead of chaining them: a million streams must not hold a million
     * callbacks.
     */
    private void advance(byte[] from, boolean forgetDue, long now, Promise<Void> done) {
        store.readInBackground(reader -> scan(reader, from, now))
                .compose(page -> delete(page, now).map(deletions -> {
                    boolean due = forgetDue || page.expired;
                    page.next.ifPresentOrElse(next -> advance(next, due, now, done), () -> finish(due, now, done));
                    return page;
                }))
                .onFailure(done::tryFail);
    }

    private void finish(boolean forgetDue, long now, Promise<Void> done) {
        if (forgetDue) {
            store.write(batch -> forgetExpired(batch, now)).<Void>mapEmpty().onComplete(done);
        } else {
            done.complete();
        }
    }

    private StoreRuns forgetExpired(Batch batch, long now) {
        StoreRuns runs = tables.runs(batch);
        if (now < nextForget(runs)) {
            return runs;
        }
        StoreRuns next = runs.forgetExpired(RandomEpoch.next(), now);
        tables.put(batch, next);
        return next;
    }

    private static long nextForget(StoreRuns runs) {
        return runs.lastForgetAt() + FORGET_EVERY_MS;
    }

    private Page scan(Reader reader, byte[] from, long now) {
        StoreRuns runs = tables.runs(reader);
        Page page = new Page();
        tables.expiry.scanDue(reader, from, now, row -> {
            Finding found = scan(reader, runs, row, now, DELETIONS_PER_STEP - page.deletions);
            page.findings.add(found);
            page.deletions += found.deletions;
            page.expired |= tables.storedMeta(reader, row.stream())
                    .filter(meta -> meta.isExpired(now) && !meta.isForgotten(runs))
                    .isPresent();
            boolean full = page.findings.size() == STREAMS_PER_STEP || page.deletions >= DELETIONS_PER_STEP;
            page.next = full ? Optional.of(found.more ? row.key() : RowKeys.next(row.key())) : Optional.empty();
            return !full;
        });
        return page;
    }

    private Finding scan(Reader reader, StoreRuns runs, ExpiryIndex.Row row, long now, int limit) {
        Finding found = new Finding(row);
        Optional<StreamMeta> stored = tables.storedMeta(reader, row.stream());
        stored.filter(meta -> !meta.isForgotten(runs) && !meta.isEmpty()).ifPresent(meta -> {
            long last = Math.min(meta.head(), meta.first() + limit - 1);
            found.first = last + 1;
            found.more = last < meta.head();
            tables.scan(reader, row.stream(), meta.first(), last, entry -> {
                if (!meta.isDue(entry.entry().position().seq(), entry.stored(), now)) {
                    found.first = entry.entry().position().seq();
                    found.dueAt = Optional.of(meta.dueAfter(entry.stored()));
                    found.more = false;
                }
                return found.dueAt.isEmpty();
            });
            found.deletions = (int) (found.first - meta.first());
        });
        return found;
    }

    private Future<?> delete(Page page, long now) {
        return page.findings.isEmpty()
                ? Future.succeededFuture()
                : store.write(batch -> {
                    StoreRuns runs = tables.runs(batch);
                    page.findings.forEach(found -> delete(batch, runs, found, now));
                    return page.deletions;
                });
    }

    /**
     * Deletes the found entries. It decides by the batch, because an append may have come since the scan. Entries that were too
     * old then are still too old.
     */
    private void delete(Batch batch, StoreRuns runs, Finding found, long now) {
        StreamName stream = found.row.stream();
        Optional<StreamMeta> stored =
                tables.storedMeta(batch, stream).filter(meta -> meta.dueAt() == found.row.dueAt());
        if (stored.isEmpty()) { // an append moved the row
            tables.expiry.remove(batch, found.row);
            return;
        }
        StreamMeta meta = stored.get();
        if (meta.isForgotten(runs)) {
            batch.delete(tables.metas, RowKeys.meta(stream));
            tables.inboxes.forgetDelivery(batch, stream);
            tables.expiry.remove(batch, found.row);
            return;
        }
        long gaps = meta.gaps();
        for (long seq = meta.first(); seq < found.first; seq++) {
            gaps -= tables.deleteEntry(batch, stream, seq) ? 1 : 0;
        }
        StreamMeta rest = meta.from(Math.max(meta.first(), found.first), gaps);
        long next = found.more ? meta.dueAt() : Math.max(now + 1, nextDue(rest, found, runs, now));
        tables.expiry.move(batch, stream, meta.dueAt(), next);
        tables.put(batch, stream, rest.due(next));
    }

    /** The time at which the stream is due next. */
    private static long nextDue(StreamMeta rest, Finding found, StoreRuns runs, long now) {
        if (rest.isEmpty()) {
            return rest.isExpired(now) ? nextForget(runs) : rest.expiresAt();
        }
        return found.dueAt.orElseGet(() -> rest.dueAfter(now)); // the remaining entries came after the scan
    }

    /** Streams that are due, and the key to continue from if there may be more. */
    private static final class Page {
        private final List<Finding> findings = new ArrayList<>();
        private Optional<byte[]> next = Optional.empty();
        private boolean expired;
        private int deletions;
    }

    /** The result of the scan of one stream: the lowest seq that is kept, and when that entry is due. */
    private static final class Finding {
        private final ExpiryIndex.Row row;
        private Optional<Long> dueAt = Optional.empty();
        private long first;
        private boolean more;
        private int deletions;

        Finding(ExpiryIndex.Row row) {
            this.row = row;
        }
    }
}

package dev.portcullis.ratelimit;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The blocks in the embedded store, so that a restart frees nobody. */
final class BlockTable {
    private static final byte[] FIRST = {};
    private static final byte[] END = {(byte) 0xFF}; // a user's id is ASCII
    private static final int SWEPT_AT_ONCE = 1_000;

    private final EmbeddedStore store;
    private final Table table;
    private final BlockRule rule;
    private volatile byte[] sweepFrom = FIRST;

    BlockTable(EmbeddedStore store, BlockRule rule) {
        this.store = store;
        this.table = store.table("ratelimit.blocks");
        this.rule = rule;
    }

    Future<Void> put(FrameAttempt attempt, List<LimitDecision.NewBlock> begun) {
        return store.write(batch -> {
                    begun.forEach(each -> put(batch, attempt, each));
                    return begun.size();
                })
                .mapEmpty();
    }

    /** What still holds, or still makes the next one longer. */
    Future<List<BlockRow>> remembered(long now) {
        return store.read(reader -> {
            List<BlockRow> all = new ArrayList<>();
            reader.scan(table, FIRST, END, (key, value) -> {
                BlockRow.of(key, value)
                        .filter(stored -> stored.block().remembered(now, rule))
                        .ifPresent(all::add);
                return true;
            });
            return all;
        });
    }

    /**
     * Looks at the next thousand, and goes on where some of them were to be deleted: a sweep costs as much as there is to
     * do. It looks in the background, since a scan also passes what was deleted before, and joins wait for the readers.
     */
    Future<Void> sweep(long now) {
        Promise<Void> done = Promise.promise();
        advance(now, done);
        return done.future();
    }

    /** A loop over futures, not a chain of them: a million blocks must not pile up callbacks. */
    private void advance(long now, Promise<Void> done) {
        store.readInBackground(reader -> page(reader, now))
                .compose(page ->
                        store.write(batch -> delete(batch, page.gone, now)).map(page))
                .onSuccess(page -> {
                    if (page.full() && !page.gone.isEmpty()) {
                        advance(now, done);
                    } else {
                        done.complete();
                    }
                })
                .onFailure(done::tryFail);
    }

    private Page page(Reader reader, long now) {
        Page page = new Page();
        reader.scan(table, sweepFrom, END, (key, value) -> {
            if (!BlockRow.blockOf(value).remembered(now, rule)) {
                page.gone.add(key);
            }
            return page.goesOnAfter(key);
        });
        sweepFrom = page.next();
        return page;
    }

    private void put(Batch batch, FrameAttempt attempt, LimitDecision.NewBlock begun) {
        Optional<FrameType> action = begun.scope() == Scope.ACTION ? attempt.frame() : Optional.empty();
        BlockRow stored = new BlockRow(attempt.user(), action, begun.block());
        batch.put(table, stored.key(), stored.value());
    }

    /** Looks again: a new block may have come since. */
    private int delete(Batch batch, List<byte[]> gone, long now) {
        int deleted = 0;
        for (byte[] key : gone) {
            byte[] value = batch.get(table, key);
            if (value != null && !BlockRow.blockOf(value).remembered(now, rule)) {
                batch.delete(table, key);
                deleted++;
            }
        }
        return deleted;
    }

    /** What one look found: the next begins after its last row. */
    private static final class Page {
        private final List<byte[]> gone = new ArrayList<>();
        private int seen;
        private byte[] last = FIRST;

        boolean goesOnAfter(byte[] key) {
            last = key;
            return ++seen < SWEPT_AT_ONCE;
        }

        boolean full() {
            return seen == SWEPT_AT_ONCE;
        }

        byte[] next() {
            return full() ? last : FIRST;
        }
    }
}

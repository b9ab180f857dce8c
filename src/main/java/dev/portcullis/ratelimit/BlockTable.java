package dev.portcullis.ratelimit;

import dev.portcullis.config.Live;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/** Blocks in the embedded store, so that a restart does not lift them. */
final class BlockTable {
    private static final byte[] FIRST = {};
    private static final byte[] END = {(byte) 0xFF}; // a user's id is ASCII
    private static final int SWEEP_PAGE = 1_000;

    private final EmbeddedStore store;
    private final Table table;
    private final Live<BlockRule> rule;
    private volatile byte[] sweepFrom = FIRST;

    BlockTable(EmbeddedStore store, Live<BlockRule> rule) {
        this.store = store;
        this.table = store.table("ratelimit.blocks");
        this.rule = rule;
    }

    Future<Void> put(FrameAttempt attempt, List<LimitDecision.NewBlock> newBlocks) {
        return store.write(batch -> {
                    newBlocks.forEach(each -> put(batch, attempt, each));
                    return newBlocks.size();
                })
                .mapEmpty();
    }

    /** Blocks that are active, or still make the next one longer. */
    Future<List<BlockRow>> remembered(long now) {
        return store.read(reader -> {
            List<BlockRow> all = new ArrayList<>();
            reader.scan(table, FIRST, END, (key, value) -> {
                BlockRow stored = BlockRow.of(key, value);
                if (stored.block().remembered(now, rule.get())) {
                    all.add(stored);
                }
                return true;
            });
            return all;
        });
    }

    /**
     * Checks the next thousand blocks, and continues while there are some to delete: a sweep costs as much as there is
     * to do. It reads in the background, since a scan also passes rows that were deleted before, and joins wait for the
     * other readers.
     */
    Future<Void> sweep(long now) {
        Promise<Void> done = Promise.promise();
        advance(now, done);
        return done.future();
    }

    /** Loops over futures, not a chain of them: a million blocks must not pile up callbacks. */
    private void advance(long now, Promise<Void> done) {
        store.readInBackground(reader -> page(reader, now))
                .compose(page ->
                        store.write(batch -> delete(batch, page.obsolete, now)).map(page))
                .onSuccess(page -> {
                    if (page.full() && !page.obsolete.isEmpty()) {
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
            if (!BlockRow.blockOf(value).remembered(now, rule.get())) {
                page.obsolete.add(key);
            }
            return page.continuesAfter(key);
        });
        sweepFrom = page.next();
        return page;
    }

    private void put(Batch batch, FrameAttempt attempt, LimitDecision.NewBlock newBlock) {
        BlockRow stored = new BlockRow(attempt.user(), newBlock.action(), newBlock.block());
        batch.put(table, stored.key(), stored.value());
    }

    /** Checks each again: a new block may have been written since. */
    private int delete(Batch batch, List<byte[]> obsolete, long now) {
        int deleted = 0;
        for (byte[] key : obsolete) {
            byte[] value = batch.get(table, key);
            if (value != null && !BlockRow.blockOf(value).remembered(now, rule.get())) {
                batch.delete(table, key);
                deleted++;
            }
        }
        return deleted;
    }

    /** One page of a scan. The next begins after its last row. */
    private static final class Page {
        private final List<byte[]> obsolete = new ArrayList<>();
        private int seen;
        private byte[] last = FIRST;

        boolean continuesAfter(byte[] key) {
            last = key;
            return ++seen < SWEEP_PAGE;
        }

        boolean full() {
            return seen == SWEEP_PAGE;
        }

        byte[] next() {
            return full() ? last : FIRST;
        }
    }
}

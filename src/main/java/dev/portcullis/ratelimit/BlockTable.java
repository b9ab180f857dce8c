package dev.portcullis.ratelimit;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.store.Batch;
import dev.portcullis.store.EmbeddedStore;
import dev.portcullis.store.Table;
import io.vertx.core.Future;
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

    Future<Void> put(Attempt attempt, List<Begun> begun) {
        return store.write(batch -> {
                    begun.forEach(each -> put(batch, attempt, each));
                    return begun.size();
                })
                .mapEmpty();
    }

    /** What still holds, or still makes the next one longer. */
    Future<List<StoredBlock>> remembered(long now) {
        return store.read(reader -> {
            List<StoredBlock> all = new ArrayList<>();
            reader.scan(table, FIRST, END, (key, value) -> {
                StoredBlock.of(key, value)
                        .filter(stored -> stored.block().remembered(now, rule))
                        .ifPresent(all::add);
                return true;
            });
            return all;
        });
    }

    /** Looks at the next thousand, so that a sweep never keeps others from the store. */
    Future<Void> sweep(long now) {
        return store.read(reader -> {
                    List<byte[]> gone = new ArrayList<>();
                    Progress progress = new Progress();
                    reader.scan(table, sweepFrom, END, (key, value) -> {
                        if (!StoredBlock.blockOf(value).remembered(now, rule)) {
                            gone.add(key);
                        }
                        return progress.goesOnAfter(key);
                    });
                    sweepFrom = progress.next();
                    return gone;
                })
                .compose(gone -> gone.isEmpty()
                        ? Future.succeededFuture()
                        : store.write(batch -> delete(batch, gone, now)).mapEmpty());
    }

    private void put(Batch batch, Attempt attempt, Begun begun) {
        Optional<FrameType> action = begun.scope() == Scope.ACTION ? Optional.of(attempt.action()) : Optional.empty();
        StoredBlock stored = new StoredBlock(attempt.user(), action, begun.block());
        batch.put(table, stored.key(), stored.value());
    }

    /** Looks again: a new block may have come since. */
    private int delete(Batch batch, List<byte[]> gone, long now) {
        int deleted = 0;
        for (byte[] key : gone) {
            byte[] value = batch.get(table, key);
            if (value != null && !StoredBlock.blockOf(value).remembered(now, rule)) {
                batch.delete(table, key);
                deleted++;
            }
        }
        return deleted;
    }

    /** How far one sweep came: it begins anew after the last row. */
    private static final class Progress {
        private int seen;
        private byte[] last = FIRST;

        boolean goesOnAfter(byte[] key) {
            last = key;
            return ++seen < SWEPT_AT_ONCE;
        }

        byte[] next() {
            return seen < SWEPT_AT_ONCE ? FIRST : last;
        }
    }
}

package dev.portcullis.ratelimit.recent;

import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Remembers in the embedded store, across restarts: a row for each set. For sets that only a good login makes, since their
 * number is bounded by that of the accounts.
 */
public final class DurableRecentItemStore implements RecentItemStore {
    private static final byte[] FIRST_KEY = {};
    private static final byte[] PAST_LAST_KEY = {Byte.MAX_VALUE};
    private static final int MAX_SWEPT = 1_000;

    private final EmbeddedStore store;
    private final Table sets;
    private final LongSupplier millis;

    /**
     * Blocks the thread: create it while starting.
     *
     * @param millis milliseconds since 1970, read from every thread
     */
    public DurableRecentItemStore(EmbeddedStore store, String table, LongSupplier millis) {
        this.store = store;
        this.sets = store.table(table);
        this.millis = millis;
    }

    @Override
    public Future<List<Long>> add(List<RecentSet> all, String item) {
        long hash = RecentItems.hash(item);
        return store.write(batch -> {
            long now = millis.getAsLong();
            List<Long> waits = new ArrayList<>();
            for (RecentSet set : all) {
                RecentItems items = RecentItemsRow.decode(batch.get(sets, key(set)));
                boolean full = items.add(hash, set.max(), set.lengthMs(), now);
                waits.add(items.waitMs(set.max(), set.lengthMs(), now));
                batch.put(sets, key(set), RecentItemsRow.encode(items, set.lengthMs()));
                if (full) {
                    break;
                }
            }
            return waits;
        });
    }

    @Override
    public Future<Void> remove(List<RecentSet> all, String item) {
        long hash = RecentItems.hash(item);
        return store.write(batch -> {
                    for (RecentSet set : all) {
                        RecentItems items = RecentItemsRow.decode(batch.get(sets, key(set)));
                        items.remove(hash);
                        batch.put(sets, key(set), RecentItemsRow.encode(items, set.lengthMs()));
                    }
                    return all;
                })
                .mapEmpty();
    }

    @Override
    public Future<Void> clear(RecentSet set) {
        return store.write(batch -> {
                    batch.delete(sets, key(set));
                    return set;
                })
                .mapEmpty();
    }

    @Override
    public Future<Boolean> has(RecentSet set, String item) {
        return store.read(reader -> RecentItemsRow.decode(reader.get(sets, key(set)))
                .has(RecentItems.hash(item), set.lengthMs(), millis.getAsLong()));
    }

    @Override
    public Future<Void> sweep() {
        long now = millis.getAsLong();
        return store.readInBackground(reader -> {
                    List<byte[]> idle = new ArrayList<>();
                    reader.scan(sets, FIRST_KEY, PAST_LAST_KEY, (key, row) -> {
                        if (isIdle(row, now)) {
                            idle.add(key);
                        }
                        return idle.size() < MAX_SWEPT;
                    });
                    return idle;
                })
                .compose(idle -> idle.isEmpty() ? Future.succeededFuture() : remove(idle));
    }

    /** A row that was written since is kept. */
    private Future<Void> remove(List<byte[]> idle) {
        return store.write(batch -> {
                    long now = millis.getAsLong();
                    for (byte[] key : idle) {
                        byte[] row = batch.get(sets, key);
                        if (row != null && isIdle(row, now)) {
                            batch.delete(sets, key);
                        }
                    }
                    return idle;
                })
                .mapEmpty();
    }

    private static boolean isIdle(byte[] row, long now) {
        return RecentItemsRow.decode(row).isEmpty(RecentItemsRow.lengthMs(row), now);
    }

    private static byte[] key(RecentSet set) {
        return set.key().getBytes(StandardCharsets.UTF_8);
    }
}

package dev.portcullis.ratelimit.recent;

import dev.portcullis.ratelimit.window.BoundedIdleMap;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Remembers in memory, until the process ends. Thread-safe. When it is full, the set used longest ago is forgotten. A client
 * with so many networks may flush some of its own sets, but can't make the logins of others fail (CWE-770).
 */
public final class EmbeddedRecentItemStore implements RecentItemStore {
    private static final int MAX_SWEPT = 1_000;

    private final BoundedIdleMap<Entry> sets;
    private final LongSupplier millis;

    /** @param lengthMs of the set as it was last asked for */
    private record Entry(RecentItems items, long lengthMs) {}

    /**
     * @param tracked the most sets
     * @param millis elapsed time, read from every thread
     */
    public EmbeddedRecentItemStore(int tracked, LongSupplier millis) {
        this.sets = new BoundedIdleMap<>(tracked, (entry, now) -> entry.items().isEmpty(entry.lengthMs(), now));
        this.millis = millis;
    }

    @Override
    public synchronized Future<List<Long>> add(List<RecentSet> all, String item) {
        long now = millis.getAsLong();
        sets.makeRoomFor(all.stream().map(RecentSet::key).toList());
        long hash = RecentItems.hash(item);
        List<Long> waits = new ArrayList<>();
        for (RecentSet set : all) {
            RecentItems items = sets.make(set.key(), () -> new Entry(new RecentItems(), set.lengthMs()))
                    .items();
            boolean full = items.add(hash, set.max(), set.lengthMs(), now);
            waits.add(items.waitMs(set.max(), set.lengthMs(), now));
            if (full) {
                break;
            }
        }
        return Future.succeededFuture(waits);
    }

    @Override
    public synchronized Future<Void> remove(List<RecentSet> all, String item) {
        all.forEach(set -> sets.find(set.key()).ifPresent(entry -> entry.items().remove(RecentItems.hash(item))));
        return Future.succeededFuture();
    }

    @Override
    public synchronized Future<Void> clear(RecentSet set) {
        sets.find(set.key()).ifPresent(entry -> entry.items().clear());
        return Future.succeededFuture();
    }

    @Override
    public synchronized Future<Boolean> has(RecentSet set, String item) {
        return Future.succeededFuture(sets.find(set.key())
                .filter(entry -> entry.items().has(RecentItems.hash(item), set.lengthMs(), millis.getAsLong()))
                .isPresent());
    }

    @Override
    public synchronized Future<Void> sweep() {
        sets.sweep(millis.getAsLong(), MAX_SWEPT);
        return Future.succeededFuture();
    }
}

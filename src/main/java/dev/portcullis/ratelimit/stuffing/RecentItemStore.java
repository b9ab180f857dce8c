package dev.portcullis.ratelimit.stuffing;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers which items were seen lately, by the store's own clock. Each call is one atomic step over sets of one lane. A failed
 * future means that the store failed.
 */
public final class RecentItemStore {
    /** The table of the sets. */
    public static final String TABLE = "recent_items";

    /**
     * One set of items.
     *
     * @param key names it in the store
     * @param max how many items it holds; with one more it loses the one that was seen longest ago
     * @param lengthMs how long an item stays after it was last seen
     */
    public record RecentSet(String key, int max, long lengthMs) {}

    private static final RowForm<RecentItems> FORM = RowForm.of(RecentItems.class);

    private final RowStore rows;

    public RecentItemStore(RowStore rows) {
        this.rows = rows;
    }

    /**
     * Adds an item to these sets, up to the first that is full of others: so what one part of a network does fills no set of
     * the whole. An item that is in a set counts once, and as seen now.
     *
     * @param sets the widest last
     * @return for each set that it was added to, the milliseconds until that is no longer full, if nothing is added; 0 if it
     *     is not full
     */
    public Future<List<Long>> add(List<RecentSet> sets, String item) {
        return rows.change(laneOf(sets), readsOf(sets), found -> {
            List<Long> waits = new ArrayList<>();
            WriteSet writes = WriteSet.NONE;
            boolean isFull = false;
            for (int i = 0; i < sets.size() && !isFull; i++) {
                RecentSet set = sets.get(i);
                RecentItems before = itemsOf(set, found);
                RecentItems after = before.with(item, set.max(), found.now());
                isFull = before.without(item).size() >= set.max();
                waits.add(after.size() < set.max() ? 0L : after.oldest() + set.lengthMs() - found.now());
                writes = writes.and(put(set, after, found.now()));
            }
            return RowStep.done(waits, writes);
        });
    }

    /** Removes an item from all of these sets. */
    public Future<Void> remove(List<RecentSet> sets, String item) {
        return rows.change(laneOf(sets), readsOf(sets), found -> {
                    WriteSet writes = WriteSet.NONE;
                    for (RecentSet set : sets) {
                        RecentItems items = itemsOf(set, found);
                        if (items.has(item)) {
                            writes = writes.and(put(set, items.without(item), found.now()));
                        }
                    }
                    return RowStep.done(sets, writes);
                })
                .mapEmpty();
    }

    private static WriteSet put(RecentSet set, RecentItems items, long now) {
        return items.size() == 0
                ? WriteSet.NONE.remove(rowOf(set))
                : WriteSet.NONE.putFor(rowOf(set), FORM.encode(items), items.end(set.lengthMs()) - now);
    }

    private static RecentItems itemsOf(RecentSet set, Rows found) {
        return found.get(rowOf(set))
                .map(FORM::decode)
                .map(items -> items.at(found.now(), set.lengthMs()))
                .orElse(RecentItems.NONE);
    }

    /** All are in the lane of the last, so that one step changes all. */
    private static int laneOf(List<RecentSet> sets) {
        return Lanes.of(sets.get(sets.size() - 1).key());
    }

    private static ReadSet readsOf(List<RecentSet> sets) {
        return new ReadSet(sets.stream().map(RecentItemStore::rowOf).toList(), List.of());
    }

    private static RowKey rowOf(RecentSet set) {
        return RowKey.of(TABLE, set.key());
    }
}

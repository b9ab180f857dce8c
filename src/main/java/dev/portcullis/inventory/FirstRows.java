package dev.portcullis.inventory;

import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Keeps the first rows of an order, as many as a question asks for, of all that are added. Used by one thread. */
public final class FirstRows {
    private final InventoryQuery query;
    private final Comparator<RowPlace> comparator;
    private final TreeMap<RowPlace, InventoryRow> kept;
    private boolean more;

    public FirstRows(InventoryQuery query) {
        this.query = query;
        this.comparator = query.order().comparator();
        this.kept = new TreeMap<>(comparator);
    }

    /** Rows at or before the place behind which the question begins are left out. */
    public void add(InventoryRow row) {
        RowPlace place = query.order().place(row);
        if (query.after()
                .filter(before -> comparator.compare(place, before) <= 0)
                .isPresent()) {
            return;
        }
        if (kept.size() == query.limit() && comparator.compare(place, kept.lastKey()) > 0) {
            more = true;
            return;
        }
        kept.put(place, row);
        if (kept.size() > query.limit()) {
            kept.pollLastEntry();
            more = true;
        }
    }

    public InventoryReply reply() {
        return new InventoryReply(List.copyOf(kept.values()), more);
    }
}

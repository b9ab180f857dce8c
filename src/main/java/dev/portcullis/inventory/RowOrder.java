package dev.portcullis.inventory;

import java.util.Comparator;
import java.util.Optional;

/** An order of rows. */
public record RowOrder(InventoryColumn column, boolean descending) {
    public static final RowOrder BY_NAME = new RowOrder(InventoryColumn.NAME, false);

    RowPlace place(InventoryRow row) {
        return column.place(row);
    }

    /** A place in this order as text, from which {@link #parse} makes it again. In another order it would be some place or other. */
    public String cursor(RowPlace place) {
        return start() + place.cursor();
    }

    /** Empty for a text that is no place in this order. */
    public Optional<RowPlace> parse(String cursor) {
        return cursor.startsWith(start()) ? RowPlace.parse(cursor.substring(start().length())) : Optional.empty();
    }

    private String start() {
        return column.id() + (descending ? " down " : " up ");
    }

    Comparator<RowPlace> comparator() {
        return descending ? Comparator.reverseOrder() : Comparator.naturalOrder();
    }
}

package dev.portcullis.inventory;

import java.util.Comparator;

/** An order of rows. */
public record RowOrder(InventoryColumn column, boolean descending) {
    public static final RowOrder BY_NAME = new RowOrder(InventoryColumn.NAME, false);

    RowPlace place(InventoryRow row) {
        return column.place(row);
    }

    Comparator<RowPlace> comparator() {
        return descending ? Comparator.reverseOrder() : Comparator.naturalOrder();
    }
}

package dev.portcullis.inventory;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows of all nodes.
 *
 * @param next the place behind which the next page begins; empty behind the last one
 * @param cut whether rows may be missing in this order, since a node has more than it was asked for; by name none are
 * @param missing the nodes that did not answer in time
 */
public record InventoryPage(List<Held> rows, Optional<RowPlace> next, boolean cut, List<String> missing) {
    /**
     * A row, and where it is held.
     *
     * @param nodes connections by node, in the order of their names
     */
    public record Held(InventoryRow row, Map<String, Long> nodes) {}
}

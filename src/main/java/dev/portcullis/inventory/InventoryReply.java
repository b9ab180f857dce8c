package dev.portcullis.inventory;

import java.util.List;

/**
 * The first rows of one event loop, in the order of the question.
 *
 * @param more whether it has further ones
 */
public record InventoryReply(List<InventoryRow> rows, boolean more) {}

package dev.portcullis.broadcast;

import java.util.List;

/** @param messages encoded for delivery, oldest first */
public record HistoryPage(String epoch, List<byte[]> messages, boolean more) {}

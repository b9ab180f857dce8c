package dev.portcullis.ratelimit.recent;

/**
 * One set of items.
 *
 * @param key names it in the store
 * @param max how many items it holds; with one more it loses the one that was seen longest ago
 * @param lengthMs how long an item stays after it was last seen
 */
public record RecentSet(String key, int max, long lengthMs) {}

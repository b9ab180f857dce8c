package dev.portcullis.ratelimit.stuffing;

import dev.portcullis.config.crypto.Sha256;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The items of one set, the one that was seen longest ago first. Items are kept as hashes alone, so that the store names no
 * account (CWE-359).
 */
public record RecentItems(List<Seen> seen) {
    public static final RecentItems NONE = new RecentItems(List.of());

    /** 66 bits of SHA-256 are enough: a collision needs more items than a set ever has. */
    private static final int HASH_LENGTH = 11;

    /** An item, and when it was seen last. */
    public record Seen(String item, long time) {}

    /** The hash that is kept of an item. */
    public static String hash(String item) {
        return Sha256.base64Url(item).substring(0, HASH_LENGTH);
    }

    /**
     * The items that are not too old. If the clock ran ahead, that must not make a set last for longer than its length.
     *
     * @param lengthMs how long an item stays
     */
    public RecentItems at(long now, long lengthMs) {
        return newest() > now + lengthMs ? NONE : where(each -> Math.max(now, newest()) - each.time() < lengthMs);
    }

    /** The same with an item that is seen now. Of more than fit, it loses the one that was seen longest ago. */
    public RecentItems with(String item, int max, long now) {
        RecentItems others = without(item);
        return new RecentItems(Stream.concat(
                        others.seen.stream().skip(Math.max(0, others.seen.size() + 1 - max)),
                        Stream.of(new Seen(hash(item), Math.max(now, newest()))))
                .toList());
    }

    public RecentItems without(String item) {
        String hash = hash(item);
        return where(each -> !each.item().equals(hash));
    }

    public boolean has(String item) {
        String hash = hash(item);
        return seen.stream().anyMatch(each -> each.item().equals(hash));
    }

    /** The time at which the last item becomes too old. */
    public long end(long lengthMs) {
        return newest() + lengthMs;
    }

    int size() {
        return seen.size();
    }

    long oldest() {
        return seen.get(0).time();
    }

    private long newest() {
        return seen.isEmpty() ? 0 : seen.get(seen.size() - 1).time();
    }

    private RecentItems where(Predicate<Seen> condition) {
        return new RecentItems(seen.stream().filter(condition).toList());
    }
}

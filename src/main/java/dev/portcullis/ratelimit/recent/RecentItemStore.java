package dev.portcullis.ratelimit.recent;

import dev.portcullis.config.crypto.Sha256;
import io.vertx.core.Future;
import java.util.List;

/**
 * Remembers which items were seen lately, by the store's own clock. Each call is one atomic step. Items are kept as
 * hashes alone, so that the store names no account (CWE-359). A failed future means that the store failed.
 */
public interface RecentItemStore {
    /** 66 bits of SHA-256 are enough: a collision needs more items than a set ever has. */
    int HASH_LENGTH = 11;

    /**
     * Adds an item to these sets, up to the first that is full of others: so what one part of a network does fills no set of
     * the whole. An item that is in a set counts once, and as seen now.
     *
     * @param sets the widest last
     * @return for each set that it was added to, the milliseconds until that is no longer full, if nothing is added; 0 if it
     *     is not full
     */
    Future<List<Long>> add(List<RecentSet> sets, String item);

    /** Removes an item from all of these sets. */
    Future<Void> remove(List<RecentSet> sets, String item);

    /** Removes all items of a set. */
    Future<Void> clear(RecentSet set);

    Future<Boolean> has(RecentSet set, String item);

    /** Removes sets in which nothing counts. Changes no answer; to be called periodically. */
    Future<Void> sweep();

    /** The hash that is kept of an item. */
    static String hash(String item) {
        return Sha256.base64Url(item).substring(0, HASH_LENGTH);
    }
}

package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;

/**
 * Counts attempts, by the store's own clock. Each attempt is one atomic step over all its windows: two concurrent ones
 * never both take the last slot. A refused attempt counts its bytes only. A failed future means that the store could
 * not count.
 */
public interface CounterStore {
    /** A block that the attempt begins is persisted before the answer, as far as the store can write. */
    Future<Verdict> admit(FrameAttempt attempt);

    /** Counts a connection attempt for the address and its network, or for neither. */
    Future<Verdict> admitAddress(AddressAttempt attempt);

    /** Removes what no longer counts. Changes no verdict; to be called periodically. */
    Future<Void> sweep();
}

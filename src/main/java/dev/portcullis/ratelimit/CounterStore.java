package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;

/**
 * Where attempts are counted, by the store's own clock. Each attempt is one atomic step over all its windows: two that
 * arrive together never both take the last place. Only its bytes count also where it is refused. A failed future means that nobody counted.
 */
public interface CounterStore {
    /** A block that the attempt begins outlives the process before it is answered, as far as the store can write. */
    Future<Verdict> admit(FrameAttempt attempt);

    /** Counts a connection attempt on the address and on its network, or on neither. */
    Future<Verdict> admitAddress(AddressAttempt attempt);

    /** Lets go of what no longer counts. It changes no verdict; to be called every so often. */
    Future<Void> sweep();
}

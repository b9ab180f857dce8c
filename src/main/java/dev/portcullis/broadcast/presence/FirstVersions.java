package dev.portcullis.broadcast.presence;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Makes the version with which a room begins at an owner. It follows from the time: a room has one change a second, so it is
 * larger than all versions of an earlier owner. A random part keeps it from following one of those by chance, also where clocks
 * differ. It is below 2^53, which is exact in JavaScript.
 */
final class FirstVersions {
    private static final int A_MILLISECOND = 1_000;

    private final LongSupplier clock;

    FirstVersions(LongSupplier clock) {
        this.clock = clock;
    }

    long next() {
        return clock.getAsLong() * A_MILLISECOND + ThreadLocalRandom.current().nextInt(A_MILLISECOND);
    }
}

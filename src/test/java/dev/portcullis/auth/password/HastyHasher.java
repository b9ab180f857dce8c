package dev.portcullis.auth.password;

import dev.portcullis.resilience.WorkerPool;
import java.util.function.LongSupplier;

/** Makes hashers that give up a password before it is hashed. */
public final class HastyHasher {
    private static final byte[] KEY = new byte[32];
    private static final int COST = 12;
    private static final long ANSWER_MS = 1;

    private HastyHasher() {}

    public static PasswordHasher of(WorkerPool pool, LongSupplier clock) {
        PasswordQueue queue =
                new PasswordQueue(new ProofOfWork(KEY), new UsedProofs(1), 10, () -> PasswordQueue.MOST_LEVEL, clock);
        return new PasswordHasher(pool, new PasswordHash(KEY, COST), queue, ANSWER_MS);
    }
}

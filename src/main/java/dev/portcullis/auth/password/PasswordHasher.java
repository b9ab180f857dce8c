package dev.portcullis.auth.password;

import dev.portcullis.resilience.WorkResult;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Hashes and checks passwords in a worker pool. One for a node, so that its logins together never take more threads
 * than are configured. What runs when its answer comes too late for its caller fails: it may have compared a password.
 */
public final class PasswordHasher {
    /** Twice this is below the deadline of the questions that wait for it: a new password is checked and hashed. */
    private static final long ANSWER_MS = 3_800;

    private final WorkerPool workers;
    private final PasswordHash hash;
    private final long answerMs;

    /** @param pepper the key of the keyed hash */
    public PasswordHasher(WorkerPool workers, byte[] pepper, PasswordConfig config) {
        this(workers, new PasswordHash(pepper, config.cost()), ANSWER_MS);
    }

    /** Takes another limit, for tests. */
    PasswordHasher(WorkerPool workers, PasswordHash hash, long answerMs) {
        this.workers = workers;
        this.hash = hash;
        this.answerMs = answerMs;
    }

    /**
     * What a check found.
     *
     * @param replacement of a stored hash whose cost is too low today; only for a password that matches
     */
    public record Checked(boolean matches, Optional<String> replacement) {
        private static final Checked WRONG = new Checked(false, Optional.empty());

        @Override
        public String toString() {
            return "Checked[" + matches + "]";
        }
    }

    public Future<WorkResult<String>> hash(String password) {
        return run(() -> hash.of(password));
    }

    /** @param stored empty for an account that does not exist: then it takes the same work, and never matches */
    public Future<WorkResult<Checked>> check(String password, Optional<String> stored) {
        return run(() -> {
            boolean matches = hash.matches(password, stored.orElse(hash.dummy()));
            if (!matches || stored.isEmpty()) {
                return Checked.WRONG;
            }
            return new Checked(true, stored.filter(hash::isOutdated).map(outdated -> hash.of(password)));
        });
    }

    /** The hash of the next password; empty if the current one is wrong. One piece of work, which waits only once. */
    public Future<WorkResult<Optional<String>>> replace(String current, String stored, String next) {
        return run(() -> hash.matches(current, stored) ? Optional.of(hash.of(next)) : Optional.empty());
    }

    private <T> Future<WorkResult<T>> run(Callable<T> work) {
        return workers.run(work).timeout(answerMs, TimeUnit.MILLISECONDS);
    }
}

package dev.portcullis.auth.password;

import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.resilience.WorkerPool.NotRun;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Hashes and checks passwords in a worker pool. There is one for a node, so that its logins together never take more threads
 * than are configured. Work that ends too late for its caller fails: it may have compared a password.
 */
public final class PasswordHasher {
    /** Twice this is below the deadline of the questions that wait for it: a new password is checked and hashed. */
    private static final long ANSWER_MS = 3_800;

    /** More than 64 threads check at the least cost while challenges are good. */
    private static final int USED_PROOFS = 200_000;

    private final WorkerPool workers;
    private final PasswordHash hash;
    private final PasswordQueue queue;
    private final long answerMs;

    /**
     * @param workers of {@link #workers}
     * @param pepper the key of the hashes
     * @param workKey the key of the challenges
     */
    public PasswordHasher(
            WorkerPool workers, byte[] pepper, byte[] workKey, PasswordConfig config, LongSupplier clock) {
        this(
                workers,
                new PasswordHash(pepper, config.cost()),
                new PasswordQueue(
                        new ProofOfWork(workKey),
                        new UsedProofs(USED_PROOFS),
                        config.workBits(),
                        () -> workers.levelWithTurn(Precedence.WORKED.rank(), PasswordQueue.MOST_LEVEL),
                        clock),
                ANSWER_MS);
    }

    /** Takes another limit, for tests. */
    PasswordHasher(WorkerPool workers, PasswordHash hash, PasswordQueue queue, long answerMs) {
        this.workers = workers;
        this.hash = hash;
        this.queue = queue;
        this.answerMs = answerMs;
    }

    /** The threads that check passwords, which share their turns by {@link Precedence}. */
    public static WorkerPool workers(Vertx vertx, PasswordConfig config, Runnable onNotRun) {
        return new WorkerPool(vertx, "password", config.workers(), onNotRun, Precedence.shares(), true);
    }

    /**
     * The result of a check.
     *
     * @param replacement a new hash in place of a stored one whose cost is too low today; only for a password that matches
     */
    public record Checked(boolean matches, Optional<String> replacement) {
        private static final Checked WRONG = new Checked(false, Optional.empty());

        @Override
        public String toString() {
            return "Checked[" + matches + "]";
        }
    }

    /** The work by which a client may get a turn, after a password that got none; empty where work would not help. */
    public Optional<WorkChallenge> challenge(PasswordTurn turn) {
        return queue.challenge(turn);
    }

    public Future<Result<String, NotRun>> hash(PasswordTurn turn, String password) {
        return run(turn, () -> hash.of(password));
    }

    /** @param stored empty for an account that does not exist: then it takes the same work, and never matches */
    public Future<Result<Checked, NotRun>> check(PasswordTurn turn, String password, Optional<String> stored) {
        return run(turn, () -> {
            boolean matches = hash.matches(password, stored.orElse(hash.dummy()));
            if (!matches || stored.isEmpty()) {
                return Checked.WRONG;
            }
            return new Checked(true, stored.filter(hash::isOutdated).map(outdated -> hash.of(password)));
        });
    }

    /** The hash of the next password; empty if the current one is wrong. One piece of work, which waits only once. */
    public Future<Result<Optional<String>, NotRun>> replace(
            PasswordTurn turn, String current, String stored, String next) {
        return run(turn, () -> hash.matches(current, stored) ? Optional.of(hash.of(next)) : Optional.empty());
    }

    private <T> Future<Result<T, NotRun>> run(PasswordTurn turn, Callable<T> work) {
        PasswordQueue.Place first = queue.enter(turn);
        return run(first, work)
                .compose(result -> !result.isDone()
                        ? queue.enterByWork(turn, first)
                                .map(second -> run(second, work))
                                .orElseGet(() -> Future.succeededFuture(result))
                        : Future.succeededFuture(result))
                .timeout(answerMs, TimeUnit.MILLISECONDS);
    }

    private <T> Future<Result<T, NotRun>> run(PasswordQueue.Place place, Callable<T> work) {
        return workers.run(place.precedence().rank(), place.level(), work)
                .onComplete(done ->
                        queue.leave(place, done.failed() || done.result().isDone()));
    }
}

package dev.portcullis.auth.password;

import dev.portcullis.config.Section;
import dev.portcullis.resilience.WorkerPool;

/**
 * The section {@code accounts.passwords}.
 *
 * @param workers the threads that do it, and what waits for them
 * @param workBits of work that an unknown client may do so that its password is checked sooner; 0 for none
 */
public record PasswordConfig(int cost, WorkerPool.Config workers, int workBits) {
    private static final int HALF_OF_THE_CORES =
            Math.max(1, Math.min(64, Runtime.getRuntime().availableProcessors() / 2));

    public static PasswordConfig read(Section passwords) {
        return new PasswordConfig(
                passwords.integer(
                        "cost",
                        12,
                        10,
                        15,
                        "cost of bcrypt: one more doubles the time of a login; hashes of a lower cost are replaced at the"
                                + " next login"),
                new WorkerPool.Config(
                        passwords.integer(
                                "threads",
                                "half of the cores",
                                HALF_OF_THE_CORES,
                                1,
                                64,
                                "threads that check passwords; the chat has the other cores during a flood of logins"),
                        passwords.integer(
                                "queue",
                                32,
                                1,
                                1_000,
                                "passwords that wait for a thread; further logins are answered busy at once"),
                        passwords.millis(
                                "maxWaitMs",
                                3_000,
                                100,
                                3_500,
                                "how long a password waits for a thread before its login is answered busy")),
                passwords.integer(
                        "proofOfWork",
                        18,
                        0,
                        24,
                        "bits of work that a client of an unknown address is offered while its password gets no turn; each"
                                + " bit doubles the work, and up to 6 more are asked for while many do it; 0 offers none"));
    }
}

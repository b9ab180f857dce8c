package dev.portcullis.app.cli;

import dev.portcullis.app.node.StartupException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Starts a node, again where it failed for a reason that may pass: a store that is busy or comes up after the node, or a
 * start that lost a race under load. Not for longer than a bound: then the supervisor shall see it.
 */
final class StartRetries {
    static final long TOTAL_MS = TimeUnit.SECONDS.toMillis(60);

    private final LongSupplier millis;
    private final Runnable rest;
    private final Consumer<StartupException> told;

    /** One start. */
    @FunctionalInterface
    interface Attempt<T> {
        T start() throws StartupException;
    }

    /**
     * @param millis a clock that never goes back
     * @param rest waits a moment before the next attempt
     * @param told hears of the failure after which there is another attempt, once where the next ones are like it
     */
    StartRetries(LongSupplier millis, Runnable rest, Consumer<StartupException> told) {
        this.millis = millis;
        this.rest = rest;
        this.told = told;
    }

    /** The last failure is thrown, and says how often it was tried. */
    <T> T start(Attempt<T> attempt) throws StartupException {
        long began = millis.getAsLong();
        String said = "";
        for (int times = 1; ; times++) {
            try {
                return attempt.start();
            } catch (StartupException failure) {
                if (!failure.mayPass()) {
                    throw failure;
                }
                if (millis.getAsLong() - began >= TOTAL_MS) {
                    throw new StartupException(failure.line() + " (tried " + times + " times within "
                            + TimeUnit.MILLISECONDS.toSeconds(millis.getAsLong() - began) + " s)");
                }
                if (!failure.line().equals(said)) {
                    told.accept(failure);
                    said = failure.line();
                }
                rest.run();
            }
        }
    }
}

package dev.portcullis.app.cli;

import dev.portcullis.app.node.StartupException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Starts a node, and retries if the failure may be temporary: a store that is busy or comes up after the node, or a
 * start that lost a race under load. It gives up after a bound, so the supervisor sees the failure.
 */
final class StartRetries {
    private static final long REPEATED_MS = TimeUnit.SECONDS.toMillis(20);

    static final long TOTAL_MS = TimeUnit.SECONDS.toMillis(60);

    private final LongSupplier millis;
    private final Runnable pause;
    private final Consumer<StartupException> onRetry;

    /** One start. */
    @FunctionalInterface
    interface Attempt<T> {
        T start() throws StartupException;
    }

    /**
     * @param millis a clock that never goes back
     * @param pause waits a moment before the next attempt
     * @param onRetry gets each failure that is followed by another attempt; the same one in a row only every 20 s
     */
    StartRetries(LongSupplier millis, Runnable pause, Consumer<StartupException> onRetry) {
        this.millis = millis;
        this.pause = pause;
        this.onRetry = onRetry;
    }

    /** Throws the last failure, with the number of attempts. */
    <T> T start(Attempt<T> attempt) throws StartupException {
        long began = millis.getAsLong();
        String lastReported = "";
        long reportedAt = began;
        for (int attempts = 1; ; attempts++) {
            try {
                return attempt.start();
            } catch (StartupException failure) {
                if (!failure.isTemporary()) {
                    throw failure;
                }
                if (millis.getAsLong() - began >= TOTAL_MS) {
                    throw new StartupException(failure.line() + " (tried " + attempts + " times within "
                            + TimeUnit.MILLISECONDS.toSeconds(millis.getAsLong() - began) + " s)");
                }
                if (!failure.line().equals(lastReported) || millis.getAsLong() - reportedAt >= REPEATED_MS) {
                    onRetry.accept(failure);
                    lastReported = failure.line();
                    reportedAt = millis.getAsLong();
                }
                pause.run();
            }
        }
    }
}

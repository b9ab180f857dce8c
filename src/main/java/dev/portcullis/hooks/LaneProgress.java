package dev.portcullis.hooks;

import dev.portcullis.hooks.HooksConfig.Retry;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * What a node remembers of one lane between deliveries: when the next may begin, and how many events it has. A failure
 * pauses the lane, twice as long as the one before. Of a batch that is refused each event is delivered alone, so that only
 * those are given up that are refused themselves. While the application takes other events, what it refuses is not retried
 * later but at once: it holds up the lane for no longer than the attempts take (CWE-400).
 */
final class LaneProgress {
    private static final int MOST_DOUBLINGS = 30;

    private final Retry retry;
    private final int attempts;
    private final DoubleSupplier random;
    private int failures;
    private int refusals;
    private int alone;
    private long takenBefore;
    private long notBefore;

    /** What follows a delivery. */
    enum Next {
        REMOVE,
        KEEP,
        DISCARD
    }

    /**
     * @param attempts after which a refused event is given up
     * @param random from 0 to 1
     * @param now like {@link System#nanoTime()}
     */
    LaneProgress(Retry retry, int attempts, DoubleSupplier random, long now) {
        this.retry = retry;
        this.attempts = attempts;
        this.random = random;
        this.notBefore = now;
    }

    boolean isDue(long now) {
        return now - notBefore >= 0;
    }

    /** How many events the next delivery has at most. */
    int size(int batch) {
        return alone > 0 ? 1 : batch;
    }

    /** Whether there is nothing to remember. */
    boolean isSmooth() {
        return failures == 0 && refusals == 0 && alone == 0;
    }

    /** @param allTaken how many events the application has taken from this node, of all lanes */
    Next after(Delivery.Outcome outcome, int events, long allTaken, long now) {
        return switch (outcome) {
            case TAKEN -> taken();
            case FAILED -> failed(now);
            case REFUSED -> refused(events, allTaken, now);
        };
    }

    /** The store failed. */
    Next failed(long now) {
        failures++;
        pause(failures, now);
        return Next.KEEP;
    }

    private Next taken() {
        failures = 0;
        refusals = 0;
        alone = Math.max(0, alone - 1);
        return Next.REMOVE;
    }

    private Next refused(int events, long allTaken, long now) {
        failures = 0;
        if (events > 1) {
            alone = events;
            return Next.KEEP;
        }
        refusals++;
        if (refusals >= attempts) {
            refusals = 0;
            alone = Math.max(0, alone - 1);
            return Next.DISCARD;
        }
        if (refusals == 1) {
            takenBefore = allTaken;
        } else if (allTaken == takenBefore) { // it may refuse whatever comes, as after a faulty deployment
            pause(refusals - 1, now);
        }
        return Next.KEEP;
    }

    /** Between half the pause and all of it, so that lanes and nodes that failed together do not return together. */
    private void pause(int times, long now) {
        long doubled = retry.firstMs() << Math.min(times - 1, MOST_DOUBLINGS);
        long pauseMs = Math.min(retry.longestMs(), doubled);
        notBefore = now + TimeUnit.MILLISECONDS.toNanos((long) (pauseMs * (1 + random.getAsDouble()) / 2));
    }
}

package dev.portcullis.resilience;

import dev.portcullis.config.Section;
import java.util.concurrent.TimeUnit;

/**
 * Circuit breaker of one target, such as an instance of a stage or a server outside. Several timeouts or many failures
 * in a row open it for a while; then one trial question passes, and a failed trial doubles the open time. Any answer
 * closes it. The clock is that of {@link System#nanoTime()}, handed in; questions come from every event loop.
 */
public final class CircuitBreaker {
    private final Config config;
    private int timeouts;
    private int failures;
    private long openMs;
    private long openUntil;
    private boolean trialInFlight;
    private volatile boolean hasFailures;
    private volatile State state = State.CLOSED;

    /** Whether a question may pass. */
    public enum Pass {
        CLOSED,
        /** The question is the trial that tests whether the target has recovered. */
        HALF_OPEN,
        OPEN
    }

    /** The state of the breaker, and why it is open. */
    public enum State {
        CLOSED,
        /** Open: the target does not answer, so a question to it only waits. */
        UNRESPONSIVE,
        /** Open: the target answers, but with failures. */
        FAILING
    }

    /** How a question failed. */
    public enum Failure {
        NO_ANSWER,
        /** The target answered that it failed. */
        ANSWERED
    }

    /** When the breaker opens, and for how long. */
    public record Config(int timeouts, int failures, long openMs, long longestMs) {
        public static final Config STANDARD = new Config(3, 20, 1_000, 8_000);

        /** Never opens. */
        public static final Config NEVER = new Config(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 1);

        public static Config read(Section breaker) {
            Config config = new Config(
                    breaker.integer(
                            "timeouts",
                            STANDARD.timeouts,
                            1,
                            1_000,
                            "questions in a row without an answer after which an instance of a stage, or a service of the application, is"
                                    + " not asked for a while"),
                    breaker.integer(
                            "failures",
                            STANDARD.failures,
                            1,
                            10_000,
                            "failures in a row after which it is not asked for a while"),
                    breaker.millis(
                            "openMs",
                            STANDARD.openMs,
                            100,
                            60_000,
                            "how long it is not asked before it is tried again"),
                    breaker.millis(
                            "longestMs",
                            STANDARD.longestMs,
                            100,
                            600_000,
                            "the longest such pause; each failed trial doubles it up to here"));
            if (config.longestMs < config.openMs) {
                breaker.problem("longestMs", "is below openMs", "it is where the doubling of openMs ends");
            }
            return config;
        }
    }

    public CircuitBreaker(Config config) {
        this.config = config;
        this.openMs = config.openMs();
    }

    public State state() {
        return state;
    }

    public Pass pass(long now) {
        return state == State.CLOSED ? Pass.CLOSED : passWhileOpen(now);
    }

    /** Whether the next {@link #pass} would let a question pass. */
    public synchronized boolean isAvailable(long now) {
        return state == State.CLOSED || (!trialInFlight && now - openUntil >= 0);
    }

    /** The answer of {@link #pass}, for a question that is not sent: so {@code HALF_OPEN} as long as a trial is due or runs. */
    public synchronized Pass position(long now) {
        if (state == State.CLOSED) {
            return Pass.CLOSED;
        }
        return now - openUntil >= 0 ? Pass.HALF_OPEN : Pass.OPEN;
    }

    public void recordSuccess() {
        if (hasFailures) {
            close();
        }
    }

    /** The question was not sent after all, or its outcome says nothing about the target. */
    public synchronized void recordCancelled(Pass pass) {
        trialInFlight &= pass != Pass.HALF_OPEN;
    }

    /** Returns whether this failure opened the breaker. */
    public synchronized boolean recordFailure(Failure failure, Pass pass, long now) {
        hasFailures = true;
        if (failure == Failure.ANSWERED) {
            timeouts = 0;
            failures++;
        } else {
            timeouts++;
        }
        if (pass == Pass.HALF_OPEN) {
            trialInFlight = false;
            openMs = Math.min(2 * openMs, config.longestMs());
            open(failure, now);
        } else if (state == State.CLOSED && (timeouts >= config.timeouts() || failures >= config.failures())) {
            open(failure, now);
            return true;
        }
        return false;
    }

    private synchronized Pass passWhileOpen(long now) {
        if (state == State.CLOSED) {
            return Pass.CLOSED;
        }
        if (trialInFlight || now - openUntil < 0) {
            return Pass.OPEN;
        }
        trialInFlight = true;
        return Pass.HALF_OPEN;
    }

    private void open(Failure failure, long now) {
        state = failure == Failure.ANSWERED ? State.FAILING : State.UNRESPONSIVE;
        openUntil = now + TimeUnit.MILLISECONDS.toNanos(openMs);
    }

    private synchronized void close() {
        hasFailures = false;
        trialInFlight = false;
        timeouts = 0;
        failures = 0;
        openMs = config.openMs();
        state = State.CLOSED;
    }
}

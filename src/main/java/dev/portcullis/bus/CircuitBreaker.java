package dev.portcullis.bus;

import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.config.Section;
import java.util.concurrent.TimeUnit;

/**
 * Whether one instance is worth asking. Some silences in a row, or many failures, take it out for a while; then one
 * question tries it, and a failed trial doubles the while. Whatever it answers puts it in again. Its clock is that of
 * {@link System#nanoTime()}, handed in; asks come from every event loop.
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

    /** How a question may pass. */
    enum Pass {
        CLOSED,
        /** As the one question that tries whether the instance is well again. */
        HALF_OPEN,
        OPEN
    }

    private enum State {
        CLOSED,
        /** It does not answer: whoever asks it, waits in vain. */
        UNRESPONSIVE,
        /** It answers, but with failures. */
        FAILING
    }

    /**
     * When an instance is no longer asked, and for how long.
     *
     * @param timeouts questions without an answer in a row
     * @param failures questions answered with a failure in a row
     */
    public record Config(int timeouts, int failures, long openMs, long longestMs) {
        static final Config STANDARD = new Config(3, 20, 1_000, 8_000);

        public static Config read(Section breaker) {
            Config config = new Config(
                    breaker.integer(
                            "timeouts",
                            STANDARD.timeouts,
                            1,
                            1_000,
                            "questions in a row without an answer that take an instance out"),
                    breaker.integer(
                            "failures", STANDARD.failures, 1, 10_000, "failures in a row that take an instance out"),
                    breaker.millis(
                            "openMs",
                            STANDARD.openMs,
                            100,
                            60_000,
                            "how long an instance is out before it is tried again"),
                    breaker.millis(
                            "longestMs",
                            STANDARD.longestMs,
                            100,
                            600_000,
                            "how long at most; doubled up to here with each failed trial"));
            if (config.longestMs < config.openMs) {
                breaker.problem("longestMs", "is below openMs", "it is where the doubling of openMs ends");
            }
            return config;
        }
    }

    CircuitBreaker(Config config) {
        this.config = config;
        this.openMs = config.openMs();
    }

    Pass pass(long now) {
        return state == State.CLOSED ? Pass.CLOSED : passWhileOpen(now);
    }

    /** Whether the next {@link #pass} would let one pass. */
    synchronized boolean isAvailable(long now) {
        return state == State.CLOSED || (!trialInFlight && now - openUntil >= 0);
    }

    /**
     * Whether it may be asked from afar where no other is left: it answers at once, and often fails for want of a store that no
     * other instance has either. Nobody should wait for it longer than for the store.
     */
    boolean isLastResort() {
        return state == State.FAILING;
    }

    void recordSuccess() {
        if (hasFailures) {
            close();
        }
    }

    /** The question was not asked after all, or its end says nothing about the instance. */
    synchronized void recordCancelled(Pass pass) {
        trialInFlight &= pass != Pass.HALF_OPEN;
    }

    /** Whether this took it out. */
    synchronized boolean recordFailure(Kind kind, Pass pass, long now) {
        hasFailures = true;
        if (kind == Kind.FAILED) {
            timeouts = 0;
            failures++;
        } else {
            timeouts++;
        }
        if (pass == Pass.HALF_OPEN) {
            trialInFlight = false;
            openMs = Math.min(2 * openMs, config.longestMs());
            open(kind, now);
        } else if (state == State.CLOSED && (timeouts >= config.timeouts() || failures >= config.failures())) {
            open(kind, now);
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

    private void open(Kind kind, long now) {
        state = kind == Kind.FAILED ? State.FAILING : State.UNRESPONSIVE;
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

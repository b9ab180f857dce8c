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
    private int silences;
    private int failures;
    private long outMs;
    private long until;
    private boolean trying;
    private volatile boolean troubled;
    private volatile State state = State.IN;

    /** How a question may pass. */
    enum Pass {
        CLOSED,
        /** As the one question that tries whether the instance is well again. */
        HALF_OPEN,
        OPEN
    }

    private enum State {
        IN,
        /** It does not answer: whoever asks it, waits in vain. */
        SILENT,
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
        this.outMs = config.openMs();
    }

    Pass pass(long now) {
        return state == State.IN ? Pass.CLOSED : passOut(now);
    }

    /** Whether the next {@link #pass} would let one pass. */
    synchronized boolean isWell(long now) {
        return state == State.IN || (!trying && now - until >= 0);
    }

    /**
     * Whether it may be asked from afar where no other is left: it answers at once, and often fails for want of a store that no
     * other instance has either. Nobody should wait for it longer than for the store.
     */
    boolean lastResort() {
        return state == State.FAILING;
    }

    void answered() {
        if (troubled) {
            putIn();
        }
    }

    /** The question was not asked after all, or its end says nothing about the instance. */
    synchronized void cancelled(Pass pass) {
        trying &= pass != Pass.HALF_OPEN;
    }

    /** Whether this took it out. */
    synchronized boolean broke(Kind kind, Pass pass, long now) {
        troubled = true;
        if (kind == Kind.FAILED) {
            silences = 0;
            failures++;
        } else {
            silences++;
        }
        if (pass == Pass.HALF_OPEN) {
            trying = false;
            outMs = Math.min(2 * outMs, config.longestMs());
            open(kind, now);
        } else if (state == State.IN && (silences >= config.timeouts() || failures >= config.failures())) {
            open(kind, now);
            return true;
        }
        return false;
    }

    private synchronized Pass passOut(long now) {
        if (state == State.IN) {
            return Pass.CLOSED;
        }
        if (trying || now - until < 0) {
            return Pass.OPEN;
        }
        trying = true;
        return Pass.HALF_OPEN;
    }

    private void open(Kind kind, long now) {
        state = kind == Kind.FAILED ? State.FAILING : State.SILENT;
        until = now + TimeUnit.MILLISECONDS.toNanos(outMs);
    }

    private synchronized void putIn() {
        troubled = false;
        trying = false;
        silences = 0;
        failures = 0;
        outMs = config.openMs();
        state = State.IN;
    }
}

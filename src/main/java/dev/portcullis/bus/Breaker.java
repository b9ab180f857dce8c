package dev.portcullis.bus;

import dev.portcullis.bus.BusFailure.Kind;
import java.util.concurrent.TimeUnit;

/**
 * Whether one instance is worth asking. Some silences in a row, or many failures, take it out for a while; then one
 * question tries it, and a failed trial doubles the while. Whatever it answers puts it in again. Its clock is that of
 * {@link System#nanoTime()}, handed in; asks come from every event loop.
 */
final class Breaker {
    private final BreakerConfig config;
    private int silences;
    private int failures;
    private long outMs;
    private long until;
    private boolean trying;
    private volatile boolean troubled;
    private volatile State state = State.IN;

    /** How a question may pass. */
    enum Pass {
        FREELY,
        /** As the one question that tries whether the instance is well again. */
        AS_TRIAL,
        NOT
    }

    private enum State {
        IN,
        /** It does not answer: whoever asks it, waits in vain. */
        SILENT,
        /** It answers, but with failures. */
        FAILING
    }

    Breaker(BreakerConfig config) {
        this.config = config;
        this.outMs = config.openMs();
    }

    Pass pass(long now) {
        return state == State.IN ? Pass.FREELY : passOut(now);
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
    synchronized void spared(Pass pass) {
        trying &= pass != Pass.AS_TRIAL;
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
        if (pass == Pass.AS_TRIAL) {
            trying = false;
            outMs = Math.min(2 * outMs, config.longestMs());
            takeOut(kind, now);
        } else if (state == State.IN && (silences >= config.silences() || failures >= config.failures())) {
            takeOut(kind, now);
            return true;
        }
        return false;
    }

    private synchronized Pass passOut(long now) {
        if (state == State.IN) {
            return Pass.FREELY;
        }
        if (trying || now - until < 0) {
            return Pass.NOT;
        }
        trying = true;
        return Pass.AS_TRIAL;
    }

    private void takeOut(Kind kind, long now) {
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

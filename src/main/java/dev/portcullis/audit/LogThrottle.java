package dev.portcullis.audit;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets a log line be written once in ten seconds, and counts the suppressed ones (CWE-779). Thread-safe. */
public final class LogThrottle {
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier nanos;
    private final AtomicLong quietUntil;
    private final AtomicLong suppressed = new AtomicLong();

    /** @param nanos a clock like {@link System#nanoTime()}, which may overflow */
    public LogThrottle(LongSupplier nanos) {
        this.nanos = nanos;
        this.quietUntil = new AtomicLong(nanos.getAsLong());
    }

    /** The number of lines suppressed since the last written one; empty if this one is suppressed too. */
    public OptionalLong suppressed() {
        long now = nanos.getAsLong();
        long until = quietUntil.get();
        if (now - until < 0 || !quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
            suppressed.incrementAndGet();
            return OptionalLong.empty();
        }
        return OptionalLong.of(suppressed.getAndSet(0));
    }
}

package dev.portcullis.auth;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that moves only when a test sets it. */
public final class SettableClock implements LongSupplier {
    private final AtomicLong now;

    public SettableClock(long now) {
        this.now = new AtomicLong(now);
    }

    @Override
    public long getAsLong() {
        return now.get();
    }

    public void set(long millis) {
        now.set(millis);
    }

    public void advance(long millis) {
        now.addAndGet(millis);
    }
}

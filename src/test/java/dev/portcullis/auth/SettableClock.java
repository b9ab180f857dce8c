package dev.portcullis.auth;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Stands still until told. */
final class SettableClock implements LongSupplier {
    private final AtomicLong now;

    SettableClock(long now) {
        this.now = new AtomicLong(now);
    }

    @Override
    public long getAsLong() {
        return now.get();
    }

    void set(long millis) {
        now.set(millis);
    }

    void advance(long millis) {
        now.addAndGet(millis);
    }
}

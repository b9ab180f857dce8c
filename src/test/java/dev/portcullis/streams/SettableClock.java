package dev.portcullis.streams;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that only tests advance. */
public final class SettableClock implements LongSupplier {
    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);

    @Override
    public long getAsLong() {
        return now.get();
    }

    public void pass(long millis) {
        now.addAndGet(millis);
    }
}

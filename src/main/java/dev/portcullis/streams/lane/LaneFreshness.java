package dev.portcullis.streams.lane;

import dev.portcullis.store.Lanes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last read of each lane, and whether it still counts. It ends by time alone, so that a lost hint, an unavailable store
 * and a stopped process have the same effect. Used on one event loop only.
 */
public final class LaneFreshness {
    private final long maxAgeMs;
    private final long maxAgeNanos;
    private final LongSupplier nanos;
    private final LongSupplier clock;
    private final @Nullable LaneRead[] lastReads = new LaneRead[Lanes.COUNT];

    /**
     * @param maxAgeMs how long a lane is fresh, counted from the begin of its last read
     * @param clock of the store: {@link System#nanoTime()} stands still while the machine is suspended, this clock does
     *     not
     */
    public LaneFreshness(long maxAgeMs, LongSupplier nanos, LongSupplier clock) {
        this.maxAgeMs = maxAgeMs;
        this.maxAgeNanos = TimeUnit.MILLISECONDS.toNanos(maxAgeMs);
        this.nanos = nanos;
        this.clock = clock;
    }

    /** To be called once what the read has found is applied. */
    public void onLaneRead(LaneRead read) {
        lastReads[read.lane()] = read;
    }

    public Optional<LaneRead> lastRead(int lane) {
        return Optional.ofNullable(lastReads[lane]);
    }

    public boolean isFresh(int lane) {
        LaneRead last = lastReads[lane];
        return last != null
                && nanos.getAsLong() - last.beganAt() < maxAgeNanos
                && clock.getAsLong() - last.storeMillis() < maxAgeMs;
    }
}

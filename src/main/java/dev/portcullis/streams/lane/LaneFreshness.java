package dev.portcullis.streams.lane;

import dev.portcullis.store.Lanes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last read of each lane, and whether it still counts. Freshness ends by time alone, so that a lost hint, an unavailable
 * store and a stopped process have the same effect. It is used on one event loop only.
 */
public final class LaneFreshness {
    private final long maxAgeMs;
    private final long maxAgeNanos;
    private final LongSupplier nanos;
    private final LongSupplier clock;
    private final @Nullable LaneRead[] lastReads = new LaneRead[Lanes.COUNT];

    /**
     * @param maxAgeMs how long a lane is fresh, counted from the start of its last read
     * @param clock the store's clock: {@link System#nanoTime()} stands still while the machine is suspended, this clock does not
     */
    public LaneFreshness(long maxAgeMs, LongSupplier nanos, LongSupplier clock) {
        this.maxAgeMs = maxAgeMs;
        this.maxAgeNanos = TimeUnit.MILLISECONDS.toNanos(maxAgeMs);
        this.nanos = nanos;
        this.clock = clock;
    }

    /** Records a lane read. Call it once the found changes are applied. */
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

package dev.portcullis.app.node;

import dev.portcullis.store.Lanes;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.lane.LaneTicker;
import io.vertx.core.Future;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Ends the sessions of a node whose store is away while others have theirs for as long as leases last: those expire its
 * sessions, and serve its clients. A client that only reads would not notice before the store is back. Where the store is
 * away for all, the sessions stay, since they go on with it: it comes back to one node before it comes back to another, and
 * judges no lease until then.
 */
final class StoreLossWatch {
    static final long PERIOD_MS = 1_000;
    private static final long LEASE_NANOS =
            TimeUnit.MILLISECONDS.toNanos(LaneStore.LEASE_MS - LaneTicker.UNREACHABLE_MS);

    private final IntSupplier lanesOut;
    private final Supplier<Future<Boolean>> othersServe;
    private final Runnable endSessions;
    private final LongSupplier nanos;
    private OptionalLong othersServeSince = OptionalLong.empty();
    private boolean lost;
    private boolean asking;
    private boolean ended;

    StoreLossWatch(
            IntSupplier lanesOut, Supplier<Future<Boolean>> othersServe, Runnable endSessions, LongSupplier nanos) {
        this.lanesOut = lanesOut;
        this.othersServe = othersServe;
        this.endSessions = endSessions;
        this.nanos = nanos;
    }

    /** Call it every {@link #PERIOD_MS}, on one event loop. */
    void look() {
        lost = lanesOut.getAsInt() > Lanes.COUNT / 2;
        if (!lost) {
            othersServeSince = OptionalLong.empty();
            ended = false;
        } else if (!ended && !asking) {
            asking = true;
            othersServe.get().otherwise(false).onSuccess(this::answered);
        }
    }

    private void answered(boolean serve) {
        asking = false;
        long now = nanos.getAsLong();
        if (!lost || !serve) {
            othersServeSince = OptionalLong.empty();
        } else if (othersServeSince.isEmpty()) {
            othersServeSince = OptionalLong.of(now);
        } else if (now - othersServeSince.getAsLong() >= LEASE_NANOS) {
            ended = true;
            endSessions.run();
        }
    }
}

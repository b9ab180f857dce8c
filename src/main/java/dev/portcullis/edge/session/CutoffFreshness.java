package dev.portcullis.edge.session;

import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.lane.LaneRead;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether an event loop knows of everybody in a lane who was cut off until a moment ago, and the node still holds its lease
 * there. It is told of each look after the connections of those who were cut off were ended, on the loop itself: who sees
 * it fresh sees them gone. It needs no message to become stale, only time; so a lost hint, a store that is away and a
 * process that was stopped are all the same to it (CWE-613).
 */
public final class CutoffFreshness {
    private final IntConsumer looker;
    private final long lastsMs;
    private final long lastsNanos;
    private final TimerWheel timers;
    private final LongSupplier nanos;
    private final LongSupplier clock;
    private final @Nullable LaneRead[] looks = new LaneRead[Lanes.COUNT];
    private final BitSet doubted = new BitSet(Lanes.COUNT);
    private final Map<Integer, Set<Waiting>> waiting = new HashMap<>();

    /** @param after what a look must not have begun before */
    private record Waiting(long after, Promise<Void> promise) {}

    /**
     * @param looker asks for a look at a lane that begins at once
     * @param maxAgeMs how long it lasts, from when a look began
     * @param clock the store's: the clock of nanoseconds stands still while the machine is suspended, and this one does not
     */
    public CutoffFreshness(
            IntConsumer looker, long maxAgeMs, TimerWheel timers, LongSupplier nanos, LongSupplier clock) {
        this.looker = looker;
        this.lastsMs = maxAgeMs;
        this.lastsNanos = TimeUnit.MILLISECONDS.toNanos(maxAgeMs);
        this.timers = timers;
        this.nanos = nanos;
        this.clock = clock;
    }

    boolean holds(int lane) {
        LaneRead last = looks[lane];
        return last != null
                && !doubted.get(lane)
                && nanos.getAsLong() - last.beganAt() < lastsNanos
                && clock.getAsLong() - last.storeMillis() < lastsMs;
    }

    /**
     * Until when what is published on the strength of the last look may be appended, by the store's clock: whoever was cut
     * off before it is gone, and who is cut off later is still here for no longer than that.
     */
    long notAfter(int lane) {
        LaneRead last = looks[lane];
        return last == null ? Long.MIN_VALUE : last.storeMillis() + lastsMs;
    }

    /** Completes as soon as it holds; fails if that takes longer. */
    Future<Void> whenFresh(int lane, long millis) {
        return holds(lane) ? Future.succeededFuture() : await(lane, nanos.getAsLong() - lastsNanos, millis);
    }

    /** Completes with a look that begins from now on; fails if that takes longer. */
    Future<Void> whenReread(int lane, long millis) {
        return doubted.get(lane) ? Future.failedFuture(stale()) : await(lane, nanos.getAsLong(), millis);
    }

    /** All of this lane who were cut off before this look began are gone. */
    public void readBeganAt(LaneRead look) {
        looks[look.lane()] = look;
        release(look.lane());
    }

    /** Some of this lane may be here who were cut off. Nobody can say who, so none of those who wait can go on. */
    void invalidate(int lane) {
        doubted.set(lane);
        Set<Waiting> all = waiting.remove(lane);
        if (all != null) {
            all.forEach(each -> each.promise().tryFail(stale()));
        }
    }

    /** All of this lane who are here were found to be live. */
    void revalidate(int lane) {
        doubted.clear(lane);
        release(lane);
    }

    private Future<Void> await(int lane, long after, long millis) {
        Promise<Void> promise = Promise.promise();
        Waiting entry = new Waiting(after, promise);
        waiting.computeIfAbsent(lane, any -> new LinkedHashSet<>()).add(entry);
        timers.in(millis, () -> {
            if (promise.tryFail(stale())) {
                forget(lane, List.of(entry));
            }
        });
        looker.accept(lane);
        return promise.future();
    }

    private void release(int lane) {
        Set<Waiting> all = waiting.get(lane);
        LaneRead last = looks[lane];
        if (all == null || last == null || !holds(lane)) {
            return;
        }
        List<Waiting> free =
                all.stream().filter(each -> last.beganAt() - each.after() >= 0).toList();
        forget(lane, free);
        free.forEach(each -> each.promise().tryComplete());
    }

    private void forget(int lane, List<Waiting> gone) {
        Set<Waiting> all = waiting.get(lane);
        if (all != null) {
            gone.forEach(all::remove);
            if (all.isEmpty()) {
                waiting.remove(lane);
            }
        }
    }

    private static StoreFailure stale() {
        return new StoreFailure("the lane can't be looked at");
    }
}

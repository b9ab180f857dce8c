package dev.portcullis.edge.session;

import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.lane.LaneFreshness;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
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

/**
 * Whether an event loop knows all cut-offs of a lane up to a moment ago, while the node holds its lease there. Each
 * lane read is reported on the loop itself, after the connections of sessions that were cut off before it are closed:
 * while a lane is fresh, none of them is open. Freshness needs no message to end, only time. A lost hint, an
 * unavailable store and a stopped process therefore have the same effect (CWE-613).
 */
public final class CutoffFreshness {
    private final IntConsumer readRequester;
    private final long maxAgeMs;
    private final long maxAgeNanos;
    private final TimerWheel timers;
    private final LongSupplier nanos;
    private final LaneFreshness reads;
    private final BitSet invalidated = new BitSet(Lanes.COUNT);
    private final Map<Integer, Set<Waiting>> waiting = new HashMap<>();

    /** @param after only a lane read that began at this time or later counts */
    private record Waiting(long after, Promise<Void> promise) {}

    /**
     * @param readRequester asks for a lane read that begins at once
     * @param maxAgeMs how long a lane is fresh, counted from the begin of its last read
     * @param clock of the store: {@link System#nanoTime()} stands still while the machine is suspended, this clock does
     *     not
     */
    public CutoffFreshness(
            IntConsumer readRequester, long maxAgeMs, TimerWheel timers, LongSupplier nanos, LongSupplier clock) {
        this.readRequester = readRequester;
        this.maxAgeMs = maxAgeMs;
        this.maxAgeNanos = TimeUnit.MILLISECONDS.toNanos(maxAgeMs);
        this.timers = timers;
        this.nanos = nanos;
        this.reads = new LaneFreshness(maxAgeMs, nanos, clock);
    }

    boolean isFresh(int lane) {
        return !invalidated.get(lane) && reads.isFresh(lane);
    }

    /**
     * The time by the store's clock until which a publish that relies on the last lane read may be appended. Sessions
     * that were cut off before that read are closed; later ones stay open no longer than until this time.
     */
    long notAfter(int lane) {
        return reads.lastRead(lane).map(last -> last.storeMillis() + maxAgeMs).orElse(Long.MIN_VALUE);
    }

    /** Completes as soon as the lane is fresh; fails if that takes longer. */
    Future<Void> whenFresh(int lane, long millis) {
        return isFresh(lane) ? Future.succeededFuture() : await(lane, nanos.getAsLong() - maxAgeNanos, millis);
    }

    /** Completes after a lane read that begins from now on; fails if that takes longer. */
    Future<Void> whenReread(int lane, long millis) {
        return invalidated.get(lane) ? Future.failedFuture(stale()) : await(lane, nanos.getAsLong(), millis);
    }

    /**
     * Completes once all cut-offs up to this one are known: at once if the last read went so far, and otherwise after a read that
     * begins from now on. Fails if that takes longer.
     */
    Future<Void> whenKnown(LaneCursor cutoff, long millis) {
        boolean known = isFresh(cutoff.lane())
                && reads.lastRead(cutoff.lane())
                        .filter(last -> last.upTo().includes(cutoff))
                        .isPresent();
        return known ? Future.succeededFuture() : whenReread(cutoff.lane(), millis);
    }

    /** All connections whose session was cut off before this read began are closed. */
    public void onLaneRead(LaneRead read) {
        reads.onLaneRead(read);
        completeWaiting(read.lane());
    }

    /** Connections of this lane may have ended sessions, and it is unknown which. All that wait for this lane fail. */
    void invalidate(int lane) {
        invalidated.set(lane);
        Set<Waiting> all = waiting.remove(lane);
        if (all != null) {
            all.forEach(each -> each.promise().tryFail(stale()));
        }
    }

    /** The store has confirmed the sessions of all connections of this lane. */
    void revalidate(int lane) {
        invalidated.clear(lane);
        completeWaiting(lane);
    }

    private Future<Void> await(int lane, long after, long millis) {
        Promise<Void> promise = Promise.promise();
        Waiting entry = new Waiting(after, promise);
        waiting.computeIfAbsent(lane, any -> new LinkedHashSet<>()).add(entry);
        timers.in(millis, () -> {
            if (promise.tryFail(stale())) {
                remove(lane, List.of(entry));
            }
        });
        readRequester.accept(lane);
        return promise.future();
    }

    private void completeWaiting(int lane) {
        Set<Waiting> all = waiting.get(lane);
        if (all != null && isFresh(lane)) {
            List<Waiting> ready = reads.lastRead(lane).stream()
                    .flatMap(last -> all.stream().filter(each -> last.beganAt() - each.after() >= 0))
                    .toList();
            remove(lane, ready);
            ready.forEach(each -> each.promise().tryComplete());
        }
    }

    private void remove(int lane, List<Waiting> done) {
        Set<Waiting> all = waiting.get(lane);
        if (all != null) {
            done.forEach(all::remove);
            if (all.isEmpty()) {
                waiting.remove(lane);
            }
        }
    }

    private static StoreFailure stale() {
        return new StoreFailure("the cut-offs of the lane can't be read");
    }
}

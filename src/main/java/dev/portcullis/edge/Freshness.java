package dev.portcullis.edge;

import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether an event loop knows of everybody who was cut off until a moment ago. It is told so after their connections
 * were ended, on the loop itself: who sees it fresh sees them gone. It needs no message to become stale, only time; so a
 * lost hint, a store that is away and a process that was stopped are all the same to it (CWE-613).
 */
final class Freshness {
    private final Runnable look;
    private final long lastsNanos;
    private final Wheel wheel;
    private final LongSupplier nanos;
    private final Set<Waiting> waiting = new LinkedHashSet<>();
    private long began;
    private boolean known;
    private boolean doubted;

    /** @param after what a read must not have begun before */
    private record Waiting(long after, Promise<Void> promise) {}

    /**
     * @param look asks for a read that begins at once
     * @param freshMs how long it lasts, from when a read began
     */
    Freshness(Runnable look, long freshMs, Wheel wheel, LongSupplier nanos) {
        this.look = look;
        this.lastsNanos = TimeUnit.MILLISECONDS.toNanos(freshMs);
        this.wheel = wheel;
        this.nanos = nanos;
    }

    boolean holds() {
        return known && !doubted && nanos.getAsLong() - began < lastsNanos;
    }

    /** Completes as soon as it holds; fails if that takes longer. */
    Future<Void> regained(long millis) {
        return holds() ? Future.succeededFuture() : await(nanos.getAsLong() - lastsNanos, millis);
    }

    /** Completes with a read that begins from now on; fails if that takes longer. */
    Future<Void> anew(long millis) {
        return doubted ? Future.failedFuture(stale()) : await(nanos.getAsLong(), millis);
    }

    /** All who were cut off before this read began are gone. */
    void since(long readBegan) {
        began = readBegan;
        known = true;
        release();
    }

    /** Some may be here who were cut off. Nobody can say who, and so nobody who is waiting can go on. */
    void doubt() {
        doubted = true;
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(each -> each.promise().tryFail(stale()));
    }

    /** All who are here were found to be live. */
    void settle() {
        doubted = false;
        release();
    }

    private Future<Void> await(long after, long millis) {
        Promise<Void> promise = Promise.promise();
        Waiting entry = new Waiting(after, promise);
        waiting.add(entry);
        wheel.in(millis, () -> {
            if (promise.tryFail(stale())) {
                waiting.remove(entry);
            }
        });
        look.run();
        return promise.future();
    }

    private void release() {
        if (!holds()) {
            return;
        }
        List<Waiting> free =
                waiting.stream().filter(each -> began - each.after() >= 0).toList();
        free.forEach(waiting::remove);
        free.forEach(each -> each.promise().tryComplete());
    }

    private static StoreFailure stale() {
        return new StoreFailure("the cut-offs can't be read");
    }
}

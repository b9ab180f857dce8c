package dev.portcullis.ratelimit;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.CounterStore.AddressAttempt;
import dev.portcullis.ratelimit.window.AddressWindows;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in memory; only blocks are persisted, and read again at the start. Thread-safe. When the memory set aside is full,
 * an attempt of another user is not counted, and the future fails; of addresses the one used longest ago is forgotten. A
 * block that can't be persisted stays active until the process ends.
 */
public final class EmbeddedCounterStore implements CounterStore {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCounterStore.class);

    private final UserCounters users;
    private final AddressWindows addresses;
    private final Live<RateLimitConfig> config;
    private final BlockRows blocks;
    private final LongSupplier millis;
    private final AtomicBoolean warned = new AtomicBoolean();

    private EmbeddedCounterStore(Live<RateLimitConfig> config, BlockRows blocks, LongSupplier millis) {
        this.users = new UserCounters(config, new LimitPolicy(config));
        this.addresses = new AddressWindows(
                Window.MINUTE,
                () -> config.get().limits().handshakes().max(),
                () -> config.get().wideFactor(),
                config.get().tracking().addresses());
        this.config = config;
        this.blocks = blocks;
        this.millis = millis;
    }

    /**
     * Call it while starting: it makes the table, which blocks the thread.
     *
     * @param millis elapsed time, also over restarts, read from every thread. If it jumped back, nothing would be freed until
     *     it had caught up
     */
    public static Future<EmbeddedCounterStore> open(
            EmbeddedStore store, Live<RateLimitConfig> config, LongSupplier millis) {
        BlockRows blocks = new BlockRows(
                new EmbeddedRowStore(store, millis), () -> config.get().blocks());
        EmbeddedCounterStore counters = new EmbeddedCounterStore(config, blocks, millis);
        return blocks.remembered(millis.getAsLong()).map(all -> {
            all.forEach(counters.users::restore);
            return counters;
        });
    }

    @Override
    public Future<Admission> admit(FrameAttempt attempt) {
        Optional<LimitDecision> decision = users.check(attempt, millis.getAsLong());
        return decision.map(sure -> persist(attempt, sure)).orElseGet(this::full);
    }

    @Override
    public Future<Admission> admitAddress(AddressAttempt attempt) {
        LimitRow row = config.get().limits().handshakes();
        long wait = addresses.take(attempt.keys(), millis.getAsLong());
        if (wait == 0) {
            return Future.succeededFuture(Admission.GRANTED);
        }
        return Future.succeededFuture(
                row.observed()
                        ? new Admission(Verdict.GRANTED, List.of(row), false)
                        : new Admission(
                                Verdict.refused(Rejection.limited(row.scope(), row.window(), wait)), List.of(), false));
    }

    @Override
    public Future<Void> sweep() {
        long now = millis.getAsLong();
        users.sweep(now);
        warned.set(false);
        return blocks.sweep(now);
    }

    private Future<Admission> persist(FrameAttempt attempt, LimitDecision decision) {
        Future<Admission> answer = Future.succeededFuture(decision.admission());
        return decision.newBlocks().isEmpty()
                ? answer
                : blocks.put(attempt.user(), decision.newBlocks()).compose(committed -> answer, failure -> {
                    warn("a block could not be committed; it ends with this process");
                    return failure instanceof StoreFailure ? answer : Future.failedFuture(failure);
                });
    }

    private Future<Admission> full() {
        warn("no room to count more users; raise ratelimit.tracking.users"
                + ", or the heap (-Xmx) where it bounds them");
        return Future.failedFuture(new StoreFailure("no room to count more users"));
    }

    /** Warns once between two sweeps, since such a failure affects all users at once. */
    private void warn(String what) {
        if (warned.compareAndSet(false, true)) {
            LOG.atWarn().addKeyValue("event", "ratelimit.degraded").log(what);
        }
    }
}

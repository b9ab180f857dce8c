package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Verdict;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in memory; only blocks are committed, and read again at the start. It may be used from every thread. Who comes
 * when the memory set aside is full is not counted, and the future fails. A block that can't be committed holds all the
 * same, until the process ends.
 */
public final class EmbeddedCounterStore implements CounterStore {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCounterStore.class);

    private final UserCounters users;
    private final AddressCounters addresses;
    private final BlockTable blocks;
    private final LongSupplier millis;
    private final AtomicBoolean told = new AtomicBoolean();

    private EmbeddedCounterStore(RateLimitConfig config, BlockTable blocks, LongSupplier millis) {
        this.users = new UserCounters(config, new LimitPolicy(config));
        this.addresses = new AddressCounters(config);
        this.blocks = blocks;
        this.millis = millis;
    }

    /**
     * Call it while starting: it makes the table, which blocks.
     *
     * @param millis milliseconds since 1970, read from every thread. Where it jumps back nothing is freed until it has
     *     caught up
     */
    public static Future<EmbeddedCounterStore> open(EmbeddedStore store, RateLimitConfig config, LongSupplier millis) {
        BlockTable blocks = new BlockTable(store, config.blocks());
        EmbeddedCounterStore counters = new EmbeddedCounterStore(config, blocks, millis);
        return blocks.remembered(millis.getAsLong()).map(all -> {
            all.forEach(counters.users::restore);
            return counters;
        });
    }

    @Override
    public Future<Verdict> admit(FrameAttempt attempt) {
        Optional<LimitDecision> decision = users.judge(attempt, millis.getAsLong());
        return decision.map(sure -> settle(attempt, sure)).orElseGet(() -> full("users"));
    }

    @Override
    public Future<Verdict> admitAddress(AddressAttempt attempt) {
        return addresses
                .judge(attempt, millis.getAsLong())
                .map(Future::succeededFuture)
                .orElseGet(() -> full("addresses"));
    }

    @Override
    public Future<Void> sweep() {
        long now = millis.getAsLong();
        users.sweep(now);
        addresses.sweep(now);
        told.set(false);
        return blocks.sweep(now);
    }

    private Future<Verdict> settle(FrameAttempt attempt, LimitDecision decision) {
        Future<Verdict> answer = Future.succeededFuture(decision.verdict());
        return decision.newBlocks().isEmpty()
                ? answer
                : blocks.put(attempt, decision.newBlocks()).compose(committed -> answer, broken -> {
                    tell("a block could not be committed; it ends with this process");
                    return broken instanceof StoreFailure ? answer : Future.failedFuture(broken);
                });
    }

    private Future<Verdict> full(String what) {
        tell("no room to count more " + what + "; raise ratelimit.tracking." + what
                + ", or the heap (-Xmx) where it bounds them");
        return Future.failedFuture(new StoreFailure("no room to count more " + what));
    }

    /** Once between two sweeps, since it goes wrong for everybody at once. */
    private void tell(String what) {
        if (told.compareAndSet(false, true)) {
            LOG.atWarn().addKeyValue("event", "ratelimit.degraded").log(what);
        }
    }
}

package dev.portcullis.hooks;

import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.config.Live;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookOutbox.Leases;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.UUID;
import java.util.function.Consumer;

/** Runs the pump of a node. */
public final class HooksVerticle extends VerticleBase {
    /** Another node delivers again the events that are still under way then. */
    private static final long STOP_MS = 3_000;

    private final HookTarget target;
    private final Live<HooksConfig> config;
    private final HookPump pump;

    public HooksVerticle(
            HookOutbox outbox,
            Leases leases,
            HookTarget target,
            Live<HooksConfig> config,
            String node,
            Consumer<HookCounts> counts,
            EnumCounters<HookResult> results) {
        this.target = target;
        this.config = config;
        this.pump = new HookPump(
                outbox, leases, target, config, node + ":" + UUID.randomUUID(), System::nanoTime, counts, results);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(config.get().pollMs(), any -> pump.poll());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        Promise<Void> ended = Promise.promise();
        pump.stop().onComplete(any -> ended.tryComplete());
        vertx.setTimer(STOP_MS, any -> ended.tryComplete());
        return ended.future().onComplete(any -> target.close());
    }
}

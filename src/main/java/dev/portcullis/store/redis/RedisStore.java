package dev.portcullis.store.redis;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreTimer;
import dev.portcullis.store.StoreTimer.Operation;
import dev.portcullis.store.redis.RedisConfig.Topology;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * Redis, as the adapters see it: each event loop has its own pipelined connection to each master. Futures complete on the
 * caller's context, within the config's bound, and fail with a {@link StoreFailure}.
 */
public final class RedisStore {
    private final RedisConfig config;
    private final StoreTimer times;
    private final EventLoopContexts contexts;
    private final MasterCache chart;
    private final RedisContext redis;
    private final Map<Thread, EventLoopClient> byLoop;
    private final EventLoopClient first;
    private final RedisHealth health;
    private final LongAdder calls = new LongAdder();
    private volatile boolean closed;

    private RedisStore(Vertx vertx, RedisConfig config, StoreTimer times, EventLoopContexts contexts) {
        this.config = config;
        this.times = times;
        this.contexts = contexts;
        Map<Thread, Context> loops = contexts.contexts();
        RedisConnector connector = new RedisConnector(vertx, config);
        this.chart = new MasterCache(
                new MasterDiscovery(config, connector),
                loops.values().iterator().next());
        this.redis = new RedisContext(
                vertx,
                config,
                connector,
                chart,
                ConcurrentHashMap.newKeySet(),
                new RedisLog(System::nanoTime),
                new LongAdder());
        this.byLoop = loops.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, each -> new EventLoopClient(redis, each.getValue())));
        this.first = byLoop.values().iterator().next();
        this.health = new RedisHealth(redis, first, script(RedisHealth.class, "probe"));
    }

    /** Completes once all masters have answered each event loop; fails with a {@code StoreUnopened}. */
    public static Future<RedisStore> open(Vertx vertx, RedisConfig config, StoreTimer times) {
        return ContextSwitch.returnTo(EventLoopContexts.in(vertx).compose(contexts -> {
            RedisStore store = new RedisStore(vertx, config, times, contexts);
            contexts.atTheEnd(store::leaveThisLoop);
            return store.begin()
                    .onSuccess(begun -> store.redis.log().opened())
                    .map(store)
                    .recover(broken -> store.close().transform(any -> Future.failedFuture(broken)));
        }));
    }

    /**
     * Makes a script that every connection has before the first call, also those that are opened later.
     *
     * @param beside the class beside which the resources are
     * @param files the script's, after those that define the functions it uses, since Redis has no other way for scripts to
     *     share code
     */
    public Script script(Class<?> beside, String... files) {
        Script script = Script.of(beside, files);
        redis.scripts().add(script);
        byLoop.values().forEach(client -> client.home().runOnContext(any -> client.load(script)));
        return script;
    }

    /** Runs a script. Unless the failure says that it is undone, the script may have run. */
    public Future<Response> run(Script.Call call) {
        long began = System.nanoTime();
        calls.increment();
        EventLoopClient here = byLoop.get(Thread.currentThread());
        return (here != null ? here.run(call) : elsewhere(call))
                .onComplete(any -> times.record(Operation.SCRIPT, System.nanoTime() - began));
    }

    /** Whether it is a Redis Cluster, where a call touches one lane only. */
    public boolean clustered() {
        return config.topology() == Topology.CLUSTER;
    }

    /** Whether each master took a write of ours within the last two seconds, and keeps what it gets. */
    public boolean healthy() {
        return !closed && health.isWell();
    }

    /** Whether no master is known to throw away what it was given. */
    public boolean keepsData() {
        return !closed && !health.isEvicting();
    }

    /** The time by Redis's clock, never ahead of it; of several masters by the one that is behind. */
    public long millis() {
        return System.currentTimeMillis() + health.clockOffsetMs();
    }

    /** How many scripts were asked for so far. The store's own looks at Redis's health are not counted. */
    public long calls() {
        return calls.sum();
    }

    /** How many of them failed at once, since too many were under way for a server that is slow. */
    public long refusedCalls() {
        return redis.refused().sum();
    }

    /** What is under way fails. */
    public Future<Void> close() {
        closed = true;
        return contexts.leave();
    }

    private Future<?> begin() {
        return chart.refresh()
                .compose(slots -> Future.all(byLoop.values().stream()
                        .map(client -> ContextSwitch.runOn(client.home(), client::connected))
                        .toList()))
                .compose(connected -> ContextSwitch.runOn(first.home(), health::start));
    }

    /** For who calls from no event loop of ours. */
    private Future<Response> elsewhere(Script.Call call) {
        return closed
                ? Future.failedFuture(StoreFailure.notApplied("the store is closed"))
                : ContextSwitch.returnTo(ContextSwitch.runOn(first.home(), () -> first.run(call)));
    }

    private void leaveThisLoop() {
        closed = true;
        EventLoopClient mine = byLoop.get(Thread.currentThread());
        if (mine != null) {
            mine.close();
        }
    }
}

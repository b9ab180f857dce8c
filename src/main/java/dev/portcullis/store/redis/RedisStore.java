package dev.portcullis.store.redis;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreTimes;
import dev.portcullis.store.StoreTimes.Operation;
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
    private final StoreTimes times;
    private final Footing footing;
    private final Chart chart;
    private final Parts parts;
    private final Map<Thread, Lines> byLoop;
    private final Lines first;
    private final Watch watch;
    private final LongAdder calls = new LongAdder();
    private volatile boolean closed;

    private RedisStore(Vertx vertx, RedisConfig config, StoreTimes times, Footing footing) {
        this.config = config;
        this.times = times;
        this.footing = footing;
        Map<Thread, Context> loops = footing.contexts();
        Dialer dialer = new Dialer(vertx, config);
        this.chart =
                new Chart(new Finder(config, dialer), loops.values().iterator().next());
        this.parts = new Parts(
                vertx,
                config,
                dialer,
                chart,
                ConcurrentHashMap.newKeySet(),
                new Complaints(System::nanoTime),
                new LongAdder());
        this.byLoop = loops.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> new Lines(parts, each.getValue())));
        this.first = byLoop.values().iterator().next();
        this.watch = new Watch(parts, first, script(Watch.class, "probe"));
    }

    /** Completes once all masters have answered each event loop; fails with a {@code StoreUnopened}. */
    public static Future<RedisStore> open(Vertx vertx, RedisConfig config, StoreTimes times) {
        return Way.back(Footing.in(vertx).compose(footing -> {
            RedisStore store = new RedisStore(vertx, config, times, footing);
            footing.atTheEnd(store::leaveThisLoop);
            return store.begin()
                    .onSuccess(begun -> store.parts.complaints().opened())
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
        parts.scripts().add(script);
        byLoop.values().forEach(lines -> lines.home().runOnContext(any -> lines.load(script)));
        return script;
    }

    /** Runs a script. Unless the failure says that it is undone, the script may have run. */
    public Future<Response> run(ScriptCall call) {
        long began = System.nanoTime();
        calls.increment();
        Lines here = byLoop.get(Thread.currentThread());
        return (here != null ? here.run(call) : elsewhere(call))
                .onComplete(any -> times.took(Operation.SCRIPT, System.nanoTime() - began));
    }

    /** Whether it is a Redis Cluster, where a call touches one lane only. */
    public boolean clustered() {
        return config.topology() == Topology.CLUSTER;
    }

    /** Whether each master took a write of ours within the last two seconds, and keeps what it gets. */
    public boolean healthy() {
        return !closed && watch.isWell();
    }

    /** Whether no master is known to throw away what it was given. */
    public boolean keepsData() {
        return !closed && !watch.isEvicting();
    }

    /** The time by Redis's clock, never ahead of it; of several masters by the one that is behind. */
    public long millis() {
        return System.currentTimeMillis() + watch.aheadMs();
    }

    /** How many scripts were asked for so far. The store's own looks at Redis's health are not counted. */
    public long calls() {
        return calls.sum();
    }

    /** How many of them failed at once, since too many were under way for a server that is slow. */
    public long refusedCalls() {
        return parts.refused().sum();
    }

    /** What is under way fails. */
    public Future<Void> close() {
        closed = true;
        return footing.leave();
    }

    private Future<?> begin() {
        return chart.refresh()
                .compose(masters -> Future.all(byLoop.values().stream()
                        .map(lines -> Way.at(lines.home(), lines::connected))
                        .toList()))
                .compose(connected -> Way.at(first.home(), watch::start));
    }

    /** For who calls from no event loop of ours. */
    private Future<Response> elsewhere(ScriptCall call) {
        return closed
                ? Future.failedFuture(StoreFailure.undone("the store is closed"))
                : Way.back(Way.at(first.home(), () -> first.run(call)));
    }

    private void leaveThisLoop() {
        closed = true;
        Lines mine = byLoop.get(Thread.currentThread());
        if (mine != null) {
            mine.close();
        }
    }
}

package dev.portcullis.store.redis;

import dev.portcullis.store.redis.RedisConfig.Topology;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks Redis in the background: twice a second it writes to each master, from one event loop. At intervals, and after each
 * failure, it refreshes the slot map; at intervals it checks that no master evicts data.
 */
final class RedisHealth {
    private static final Logger LOG = LoggerFactory.getLogger(RedisHealth.class);
    private static final long PROBE_INTERVAL_MS = 500;
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final int TICKS_PER_INFO = 10;

    private final RedisContext redis;
    private final EventLoopClient client;
    private final Script probe;
    private volatile long lastSuccessAt = System.nanoTime() - FRESH_NANOS;
    private volatile boolean evicting;
    private volatile long clockOffsetMs;
    private long ticks;

    RedisHealth(RedisContext redis, EventLoopClient client, Script probe) {
        this.redis = redis;
        this.client = client;
        this.probe = probe;
    }

    /** Completes after the first check, whatever its result. Call it on the context of the client. */
    Future<?> start() {
        long unused = redis.vertx().setPeriodic(PROBE_INTERVAL_MS, any -> tick());
        return Future.join(probe(), inspect()).otherwiseEmpty();
    }

    /** Whether every master accepted a write that began within the last 1.5 s, and none evicts data. */
    boolean isHealthy() {
        return System.nanoTime() - lastSuccessAt < FRESH_NANOS && !evicting;
    }

    boolean isEvicting() {
        return evicting;
    }

    private void tick() {
        ticks++;
        Future<?> unused = probe();
        if (ticks % TICKS_PER_INFO == 0) {
            unused = inspect();
        }
        if (ticks % ticksPerRefresh() == 0) {
            unused = redis.masters().refresh();
        }
    }

    private Future<?> probe() {
        Future<?> unused = client.replicasConfirm();
        return probeMasters();
    }

    private Future<?> probeMasters() {
        long startedAt = System.nanoTime();
        return client.runOnEachMaster(lane -> probe.call().key(RedisKeys.of(lane, "probe")))
                .onSuccess(times -> {
                    lastSuccessAt = startedAt;
                    long answeredAt = System.currentTimeMillis();
                    long slowest =
                            times.stream().mapToLong(Response::toLong).min().orElse(answeredAt);
                    clockOffsetMs = slowest - answeredAt;
                })
                .onFailure(any -> redis.masters().refresh());
    }

    /**
     * A lower bound of the time by which Redis's clock is ahead of the local one, from its last answer; negative if it is behind.
     * The moment at which Redis read its clock is unknown, so the whole round trip counts as the way of the answer.
     */
    long clockOffsetMs() {
        return clockOffsetMs;
    }

    private Future<?> inspect() {
        return client.info().onSuccess(this::checkEviction);
    }

    private void checkEviction(List<ServerInfo> masters) {
        boolean any = masters.stream().anyMatch(ServerInfo::evicting);
        if (any && !evicting) {
            LOG.atError()
                    .addKeyValue("event", "store.eviction.policy")
                    .log("Redis may evict stored data: set its maxmemory-policy to noeviction");
        }
        evicting = any;
    }

    /**
     * The number of checks between two refreshes of the slot map. Sentinels are asked more often, since a master that is cut off
     * from them answers as before. A node of a Redis Cluster tells by itself which slots moved.
     */
    private int ticksPerRefresh() {
        return redis.config().topology() == Topology.SENTINEL ? 4 : TICKS_PER_INFO;
    }
}

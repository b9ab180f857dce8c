package dev.portcullis.store.redis;

import dev.portcullis.store.redis.RedisConfig.Topology;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether Redis can be worked with, without waiting for somebody to need it: twice a second a write to each master,
 * from one event loop. Now and then, and whenever that fails, it asks whether they still are the masters; and now and then
 * whether they keep what they get.
 */
final class RedisHealth {
    private static final Logger LOG = LoggerFactory.getLogger(RedisHealth.class);
    private static final long BEAT_MS = 500;
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final int BEATS_TO_INFO = 10;

    private final RedisContext redis;
    private final EventLoopClient client;
    private final Script probe;
    private volatile long wellAt = System.nanoTime() - FRESH_NANOS;
    private volatile boolean evicting;
    private volatile long clockOffsetMs;
    private long beats;

    RedisHealth(RedisContext redis, EventLoopClient client, Script probe) {
        this.redis = redis;
        this.client = client;
        this.probe = probe;
    }

    /** Completes with the first look, however that turned out. To be called on the lines' own context. */
    Future<?> start() {
        long unused = redis.vertx().setPeriodic(BEAT_MS, any -> heartbeat());
        return Future.join(probe(), inspect()).otherwiseEmpty();
    }

    /** Whether every master took a write that began within the last second and a half, and none throws data away. */
    boolean isWell() {
        return System.nanoTime() - wellAt < FRESH_NANOS && !evicting;
    }

    boolean isEvicting() {
        return evicting;
    }

    private void heartbeat() {
        beats++;
        Future<?> unused = probe();
        if (beats % BEATS_TO_INFO == 0) {
            unused = inspect();
        }
        if (beats % beatsToChart() == 0) {
            unused = redis.masters().refresh();
        }
    }

    private Future<?> probe() {
        long began = System.nanoTime();
        return client.runAtEach(lane -> probe.call().key(RedisKeys.of(lane, "probe")))
                .onSuccess(times -> {
                    wellAt = began;
                    long answered = System.currentTimeMillis();
                    long behind =
                            times.stream().mapToLong(Response::toLong).min().orElse(answered);
                    clockOffsetMs = behind - answered;
                })
                .onFailure(any -> redis.masters().refresh());
    }

    /**
     * By how much Redis's clock is ahead of ours at least, as its last answer told; below 0 where it is behind. Nobody knows
     * when Redis looked at its clock: it counts as if all of the way had been the answer's.
     */
    long clockOffsetMs() {
        return clockOffsetMs;
    }

    private Future<?> inspect() {
        return client.info().onSuccess(this::judge);
    }

    private void judge(List<ServerInfo> masters) {
        boolean any = masters.stream().anyMatch(ServerInfo::evicting);
        if (any && !evicting) {
            LOG.atError()
                    .addKeyValue("event", "store.eviction.policy")
                    .log("Redis may throw away what it was given: set its maxmemory-policy to noeviction");
        }
        evicting = any;
    }

    /** A master that was cut off from its sentinels answers us as before; a Redis Cluster tells us who has moved. */
    private int beatsToChart() {
        return redis.config().topology() == Topology.SENTINEL ? 4 : BEATS_TO_INFO;
    }
}

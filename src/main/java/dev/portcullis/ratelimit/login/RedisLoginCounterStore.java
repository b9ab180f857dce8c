package dev.portcullis.ratelimit.login;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.LongSupplier;

/** Counts in Redis, once for all nodes: an attacker who spreads over them gains nothing. Redis expires the counters. */
public final class RedisLoginCounterStore implements LoginCounterStore {
    private static final long REDIS_CLOCK = 0;

    private final RedisStore redis;
    private final Script script;
    private final LongSupplier millis;

    public RedisLoginCounterStore(RedisStore redis) {
        this(redis, () -> REDIS_CLOCK);
    }

    RedisLoginCounterStore(RedisStore redis, LongSupplier millis) {
        this.redis = redis;
        this.script = redis.script(RedisLoginCounterStore.class, "count_login");
        this.millis = millis;
    }

    @Override
    public Future<Long> count(List<LoginWindow> windows) {
        return run(windows, 1);
    }

    @Override
    public Future<Boolean> giveBack(List<LoginWindow> windows) {
        return run(windows, -1).map(counted -> counted > 0);
    }

    @Override
    public Future<Long> look(LoginWindow window) {
        return run(List.of(window), 0);
    }

    @Override
    public void sweep() {
        // Redis expires its keys by itself.
    }

    /** All keys are in the lane of the last, so that one script counts all. */
    private Future<Long> run(List<LoginWindow> windows, int amount) {
        int lane = Lanes.of(windows.get(windows.size() - 1).key());
        Script.Call call = script.call()
                .arg(millis.getAsLong())
                .arg(LoginConfig.WINDOW_MS)
                .arg(LoginConfig.STEP_MS)
                .arg(amount);
        for (LoginWindow each : windows) {
            call.key(RedisKeys.of(lane, each.key())).arg(each.max());
        }
        return redis.run(call).map(Response::toLong);
    }
}

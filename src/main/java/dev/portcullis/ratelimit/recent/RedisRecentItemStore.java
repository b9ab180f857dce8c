package dev.portcullis.ratelimit.recent;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.LongSupplier;

/** Remembers in Redis, once for all nodes: who spreads over them gains nothing. Redis expires the sets. */
public final class RedisRecentItemStore implements RecentItemStore {
    private static final long REDIS_CLOCK = 0;

    private final RedisStore redis;
    private final Script script;
    private final LongSupplier millis;

    public RedisRecentItemStore(RedisStore redis) {
        this(redis, () -> REDIS_CLOCK);
    }

    RedisRecentItemStore(RedisStore redis, LongSupplier millis) {
        this.redis = redis;
        this.script = redis.script(RedisRecentItemStore.class, "recent_items");
        this.millis = millis;
    }

    @Override
    public Future<List<Long>> add(List<RecentSet> sets, String item) {
        return run("add", sets, item)
                .map(waits -> waits.stream().map(Response::toLong).toList());
    }

    @Override
    public Future<Void> remove(List<RecentSet> sets, String item) {
        return run("remove", sets, item).mapEmpty();
    }

    @Override
    public Future<Void> clear(RecentSet set) {
        return run("clear", List.of(set), "").mapEmpty();
    }

    @Override
    public Future<Boolean> has(RecentSet set, String item) {
        return run("has", List.of(set), item).map(found -> found.get(0).toInteger() == 1);
    }

    @Override
    public Future<Void> sweep() {
        return Future.succeededFuture(); // Redis expires its keys by itself
    }

    /** All keys are in the lane of the last, so that one script changes all. */
    private Future<Response> run(String operation, List<RecentSet> sets, String item) {
        int lane = Lanes.of(sets.get(sets.size() - 1).key());
        Script.Call call = script.call().arg(millis.getAsLong()).arg(operation).arg(RecentItemStore.hash(item));
        for (RecentSet each : sets) {
            call.key(RedisKeys.of(lane, each.key())).arg(each.max()).arg(each.lengthMs());
        }
        return redis.run(call);
    }
}

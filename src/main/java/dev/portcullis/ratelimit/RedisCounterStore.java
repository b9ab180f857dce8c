package dev.portcullis.ratelimit;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Counts in Redis, once for all nodes: a user who spreads over them gains nothing. Each attempt is one script, by the
 * clock of Redis. Counts and blocks last as long as Redis keeps them; if it comes back empty, all counts start again.
 */
public final class RedisCounterStore implements CounterStore {
    private static final List<Window> WINDOWS = List.of(Window.BURST, Window.MINUTE, Window.HOUR, Window.BYTES);
    private static final long REDIS_CLOCK = 0;
    private static final long NO_BLOCKS = 0;

    private final RedisStore redis;
    private final Script admitScript;
    private final Live<RateLimitConfig> config;
    private final LongSupplier millis;

    public RedisCounterStore(RedisStore redis, Live<RateLimitConfig> config) {
        this(redis, config, () -> REDIS_CLOCK);
    }

    RedisCounterStore(RedisStore redis, Live<RateLimitConfig> config, LongSupplier millis) {
        this.redis = redis;
        this.admitScript = redis.script(RedisCounterStore.class, "admit_attempt");
        this.config = config;
        this.millis = millis;
    }

    @Override
    public Future<Verdict> admit(FrameAttempt attempt) {
        RateLimitConfig current = config.get();
        return judge(
                keysOf(current, attempt),
                attempt.bytes(),
                current.blocks(),
                current.blocks().maxMs());
    }

    /** Both keys are in the lane of the wider one, so that one script counts both. */
    @Override
    public Future<Verdict> admitAddress(AddressAttempt attempt) {
        int lane = Lanes.of(attempt.network().orElse(attempt.address()));
        RateLimitConfig current = config.get();
        LimitRow row = current.limits().handshakes();
        List<MeteredKey> keys = new ArrayList<>();
        keys.add(new MeteredKey(RedisKeys.of(lane, "a", attempt.address()), List.of(row), 1, 1));
        attempt.network()
                .ifPresent(wide ->
                        keys.add(new MeteredKey(RedisKeys.of(lane, "a", wide), List.of(row), current.wideFactor(), 1)));
        return judge(keys, 0, current.blocks(), NO_BLOCKS);
    }

    /** Redis expires its keys by itself. */
    @Override
    public Future<Void> sweep() {
        return Future.succeededFuture();
    }

    private static List<MeteredKey> keysOf(RateLimitConfig config, FrameAttempt attempt) {
        UserId user = attempt.user();
        int lane = StreamName.inbox(user).lane();
        int multiplier = config.multiplier(attempt.role());
        LimitTable limits = config.limits();
        List<MeteredKey> keys = new ArrayList<>();
        keys.add(new MeteredKey(
                RedisKeys.of(lane, "u", user.value()), limits.userRowsOf(attempt.frame()), multiplier, 1));
        attempt.frame()
                .ifPresent(action -> limits.actionRow(action).ifPresent(row -> {
                    String key = RedisKeys.of(lane, "u", user.value() + "/" + action.id()); // no user's id has a slash
                    keys.add(new MeteredKey(key, List.of(row), multiplier, attempt.weight()));
                }));
        return keys;
    }

    private Future<Verdict> judge(List<MeteredKey> keys, int bytes, BlockRule rule, long longestBlock) {
        Script.Call call = admitScript.call().arg(millis.getAsLong()).arg(bytes);
        call.arg(rule.burstMs()).arg(rule.minuteMs()).arg(rule.forgetMs()).arg(longestBlock);
        for (MeteredKey each : keys) {
            call.key(each.key).arg(each.weight);
            WINDOWS.forEach(window -> call.arg(each.max(window)));
        }
        return redis.run(call).map(reply -> verdict(keys, reply));
    }

    private static Verdict verdict(List<MeteredKey> keys, Response reply) {
        if (reply.size() == 0) {
            return Verdict.GRANTED;
        }
        Scope scope = keys.get(reply.get(0).toInteger() - 1).scope();
        int window = reply.get(1).toInteger() - 1;
        if (window < 0 || window >= WINDOWS.size()) {
            throw new StoreFailure("a block names a window that this version does not know");
        }
        return Verdict.refused(
                Rejection.limited(scope, WINDOWS.get(window), reply.get(2).toLong()));
    }

    /** A usage record that applies to an attempt, its limits, and what the attempt counts in the windows of frames. */
    private record MeteredKey(String key, List<LimitRow> rows, int multiplier, int weight) {
        Scope scope() {
            return rows.get(0).scope();
        }

        /** 0 where there is no such limit. */
        int max(Window window) {
            return rows.stream()
                    .filter(row -> row.window() == window)
                    .findFirst()
                    .map(row -> row.max(multiplier))
                    .orElse(0);
        }
    }
}

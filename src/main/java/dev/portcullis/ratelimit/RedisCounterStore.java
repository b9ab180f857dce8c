package dev.portcullis.ratelimit;

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
 * Counts in Redis, once for all nodes: who spreads over them gains nothing. Each attempt is one script, by the clock of
 * Redis. Counts and blocks last as Redis keeps them; where it comes back empty all counts begin anew.
 */
public final class RedisCounterStore implements CounterStore {
    private static final List<Window> WINDOWS = List.of(Window.BURST, Window.MINUTE, Window.HOUR, Window.BYTES);
    private static final long BY_THE_CLOCK_OF_REDIS = 0;
    private static final long NO_BLOCKS = 0;

    private final RedisStore redis;
    private final Script admitScript;
    private final RateLimitConfig config;
    private final LongSupplier millis;

    public RedisCounterStore(RedisStore redis, RateLimitConfig config) {
        this(redis, config, () -> BY_THE_CLOCK_OF_REDIS);
    }

    RedisCounterStore(RedisStore redis, RateLimitConfig config, LongSupplier millis) {
        this.redis = redis;
        this.admitScript = redis.script(RedisCounterStore.class, "admit_attempt");
        this.config = config;
        this.millis = millis;
    }

    @Override
    public Future<Verdict> admit(FrameAttempt attempt) {
        return judge(metBy(attempt), attempt.bytes(), config.blocks().maxMs());
    }

    /** Both keys lie in the lane of the wider one, so that one step counts on both. */
    @Override
    public Future<Verdict> admitAddress(AddressAttempt attempt) {
        int lane = Lanes.of(attempt.network().orElse(attempt.address()));
        LimitRow row = config.limits().handshakes();
        List<MeteredKey> meteredKey = new ArrayList<>();
        meteredKey.add(new MeteredKey(RedisKeys.of(lane, "a", attempt.address()), List.of(row), 1, 1));
        attempt.network()
                .ifPresent(wide -> meteredKey.add(
                        new MeteredKey(RedisKeys.of(lane, "a", wide), List.of(row), config.wideFactor(), 1)));
        return judge(meteredKey, 0, NO_BLOCKS);
    }

    /** Redis lets go by itself. */
    @Override
    public Future<Void> sweep() {
        return Future.succeededFuture();
    }

    private List<MeteredKey> metBy(FrameAttempt attempt) {
        UserId user = attempt.user();
        int lane = StreamName.inbox(user).lane();
        int multiplier = config.multiplier(attempt.role());
        LimitTable limits = config.limits();
        List<MeteredKey> meteredKey = new ArrayList<>();
        meteredKey.add(new MeteredKey(
                RedisKeys.of(lane, "u", user.value()), limits.userRowsOf(attempt.frame()), multiplier, 1));
        attempt.frame()
                .ifPresent(action -> limits.actionRow(action).ifPresent(row -> {
                    String key = RedisKeys.of(lane, "u", user.value() + "/" + action.id()); // no user's id has a slash
                    meteredKey.add(new MeteredKey(key, List.of(row), multiplier, attempt.weight()));
                }));
        return meteredKey;
    }

    private Future<Verdict> judge(List<MeteredKey> meteredKey, int bytes, long longestBlock) {
        BlockRule rule = config.blocks();
        Script.Call call = admitScript.call().arg(millis.getAsLong()).arg(bytes);
        call.arg(rule.burstMs()).arg(rule.minuteMs()).arg(rule.forgetMs()).arg(longestBlock);
        for (MeteredKey each : meteredKey) {
            call.key(each.key).arg(each.weight);
            WINDOWS.forEach(window -> call.arg(each.max(window)));
        }
        return redis.run(call).map(answer -> verdict(meteredKey, answer));
    }

    private static Verdict verdict(List<MeteredKey> meteredKey, Response answer) {
        if (answer.size() == 0) {
            return Verdict.GRANTED;
        }
        Scope scope = meteredKey.get(answer.get(0).toInteger() - 1).scope();
        int window = answer.get(1).toInteger() - 1;
        if (window < 0 || window >= WINDOWS.size()) {
            throw new StoreFailure("a block names a window that this version does not know");
        }
        return Verdict.refused(
                Rejection.limited(scope, WINDOWS.get(window), answer.get(2).toLong()));
    }

    /** A meter that an attempt meets, the limits that hold there, and what it counts in those of frames. */
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

package dev.portcullis.ratelimit;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Penalty;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.CounterStore.AddressAttempt;
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
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Counts in Redis, once for all nodes: a user who spreads over them gains nothing. Each attempt is one script, by the
 * clock of Redis. Counts and blocks last as long as Redis keeps them; if it comes back empty, all counts start again.
 */
public final class RedisCounterStore implements CounterStore {
    private static final List<Window> WINDOWS = List.of(Window.BURST, Window.MINUTE, Window.HOUR, Window.BYTES);
    private static final long REDIS_CLOCK = 0;
    private static final long NO_BLOCKS = 0;
    private static final int BAN = 2;

    private final RedisStore redis;
    private final Script admitScript;
    private final Live<RateLimitConfig> config;
    private final LongSupplier millis;

    public RedisCounterStore(RedisStore redis, Live<RateLimitConfig> config) {
        this(redis, config, () -> REDIS_CLOCK);
    }

    RedisCounterStore(RedisStore redis, Live<RateLimitConfig> config, LongSupplier millis) {
        this.redis = redis;
        this.admitScript = redis.gatheredScript(RedisCounterStore.class, "admit_attempt");
        this.config = config;
        this.millis = millis;
    }

    @Override
    public Future<Admission> admit(FrameAttempt attempt) {
        RateLimitConfig current = config.get();
        return judge(
                keysOf(current, attempt),
                attempt.bytes(),
                current.blocks(),
                Optional.of(new BlockCount(
                        RedisKeys.of(
                                laneOf(attempt.user()), "ub", attempt.user().value()),
                        attempt.connectionBlock().isPresent())));
    }

    /** Both keys are in the lane of the wider one, so that one script counts both. */
    @Override
    public Future<Admission> admitAddress(AddressAttempt attempt) {
        int lane = Lanes.of(attempt.network().orElse(attempt.address()));
        RateLimitConfig current = config.get();
        LimitRow row = current.limits().handshakes();
        List<MeteredKey> keys = new ArrayList<>();
        keys.add(new MeteredKey(RedisKeys.of(lane, "a", attempt.address()), List.of(row), 1, 1));
        attempt.network()
                .ifPresent(wide ->
                        keys.add(new MeteredKey(RedisKeys.of(lane, "a", wide), List.of(row), current.wideFactor(), 1)));
        return judge(keys, 0, current.blocks(), Optional.empty());
    }

    /** Redis expires its keys by itself. */
    @Override
    public Future<Void> sweep() {
        return Future.succeededFuture();
    }

    private static int laneOf(UserId user) {
        return StreamName.inbox(user).lane();
    }

    private static List<MeteredKey> keysOf(RateLimitConfig config, FrameAttempt attempt) {
        UserId user = attempt.user();
        int lane = laneOf(user);
        int multiplier = config.multiplier(attempt.role());
        LimitTable limits = config.limits();
        List<MeteredKey> keys = new ArrayList<>();
        keys.add(new MeteredKey(
                RedisKeys.of(lane, "u", user.value()), limits.userRowsOf(attempt.frame()), multiplier, 1));
        attempt.actions()
                .forEach(action -> limits.actionRow(action).ifPresent(row -> {
                    String key = RedisKeys.of(lane, "u", user.value() + "/" + action.id()); // no user's id has a slash
                    keys.add(new MeteredKey(key, List.of(row), multiplier, attempt.weight()));
                }));
        return keys;
    }

    private Future<Admission> judge(List<MeteredKey> keys, int bytes, BlockRule rule, Optional<BlockCount> blocks) {
        Script.Call call = admitScript.call().arg(millis.getAsLong()).arg(bytes);
        call.arg(rule.burstMs())
                .arg(rule.minuteMs())
                .arg(rule.forgetMs())
                .arg(blocks.isPresent() ? rule.maxMs() : NO_BLOCKS);
        call.arg(rule.ban().after())
                .arg(rule.ban().windowMs())
                .arg(blocks.filter(BlockCount::begun).isPresent() ? 1 : 0);
        for (MeteredKey each : keys) {
            call.key(each.key).arg(each.weight);
            WINDOWS.forEach(window -> call.arg(each.max(window)));
        }
        blocks.ifPresent(counted -> call.key(counted.key));
        return redis.run(call).map(reply -> admission(keys, reply));
    }

    private static Admission admission(List<MeteredKey> keys, Response reply) {
        if (reply.size() == 0) {
            return Admission.GRANTED;
        }
        int penalty = reply.get(3).toInteger();
        List<LimitRow> observed = new ArrayList<>();
        for (int i = 4; i < reply.size(); i += 2) {
            observed.add(keys.get(reply.get(i).toInteger() - 1)
                    .row(windowOf(reply.get(i + 1)))
                    .orElseThrow());
        }
        return new Admission(
                verdict(keys, reply, penalty), observed.stream().distinct().toList(), penalty == BAN);
    }

    private static Verdict verdict(List<MeteredKey> keys, Response reply, int penalty) {
        int refusing = reply.get(0).toInteger();
        if (refusing == 0) {
            return Verdict.GRANTED;
        }
        Limited limited = new Limited(
                keys.get(refusing - 1).scope(),
                windowOf(reply.get(1)),
                reply.get(2).toLong(),
                Optional.empty());
        return Verdict.refused(penalty == 0 ? limited : limited.with(penalty == BAN ? Penalty.BAN : Penalty.BLOCK));
    }

    private static Window windowOf(Response index) {
        int window = index.toInteger() - 1;
        if (window < 0 || window >= WINDOWS.size()) {
            throw new StoreFailure("a block names a window that this version does not know");
        }
        return WINDOWS.get(window);
    }

    /**
     * The key under which the blocks of a user are counted.
     *
     * @param begun whether one began on the user's connection
     */
    private record BlockCount(String key, boolean begun) {}

    /** A usage record that applies to an attempt, its limits, and what the attempt counts in the windows of frames. */
    private record MeteredKey(String key, List<LimitRow> rows, int multiplier, int weight) {
        Scope scope() {
            return rows.get(0).scope();
        }

        Optional<LimitRow> row(Window window) {
            return rows.stream().filter(row -> row.window() == window).findFirst();
        }

        /** 0 where there is no such limit; negative where it only observes. */
        int max(Window window) {
            return row(window)
                    .map(row -> row.observed() ? -row.max(multiplier) : row.max(multiplier))
                    .orElse(0);
        }
    }
}

package dev.portcullis.ratelimit.ban;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The bans of a cluster, all in one lane, so that one script reads them and their version. */
public final class RedisBanStore implements BanStore {
    static final int LANE = Lanes.of("bans");
    private static final long REDIS_CLOCK = 0;

    /** Targets that one call reads: Redis does nothing else meanwhile. */
    static final int PART = 500;

    private static final String LIFTED = "-";

    private final RedisStore redis;
    private final IntSupplier max;
    private final LongSupplier clock;
    private final Script addScript;
    private final Script liftScript;
    private final Script restoreScript;
    private final Script readScript;

    /** @param max bans that are kept at one time */
    public RedisBanStore(RedisStore redis, IntSupplier max) {
        this(redis, max, () -> REDIS_CLOCK);
    }

    /** Takes another clock than the store's, for tests. */
    RedisBanStore(RedisStore redis, IntSupplier max, LongSupplier clock) {
        this.redis = redis;
        this.max = max;
        this.clock = clock;
        this.addScript = redis.script(RedisBanStore.class, "bans", "add_ban");
        this.liftScript = redis.script(RedisBanStore.class, "bans", "lift_ban");
        this.restoreScript = redis.script(RedisBanStore.class, "bans", "restore_bans");
        this.readScript = redis.script(RedisBanStore.class, "bans", "read_bans");
    }

    @Override
    public Future<Optional<Ban>> add(Ban ban) {
        Script.Call call = describe(writing(addScript), ban).arg(ban.replacesUntil());
        return redis.run(call)
                .map(row -> Optional.ofNullable(row)
                        .map(Response::toString)
                        .map(kept -> BanRow.decode(ban.target().key(), kept)));
    }

    @Override
    public Future<Boolean> lift(BanTarget target, long notAfter) {
        return redis.run(writing(liftScript).arg(target.key()).arg(notAfter))
                .compose(found -> found == null
                        ? Future.failedFuture(BanStore.late())
                        : Future.succeededFuture(found.toBoolean()));
    }

    @Override
    public Future<Integer> restore(List<Ban> bans) {
        Script.Call call = call(restoreScript).arg(max.getAsInt()).arg(run());
        bans.forEach(ban -> describe(call, ban));
        return redis.run(call).map(Response::toInteger);
    }

    @Override
    public Future<Optional<Part>> readSince(String known) {
        return redis.run(keyed(readScript).arg(known).arg(PART))
                .map(reply -> Optional.ofNullable(reply).map(RedisBanStore::part));
    }

    private static Part part(Response reply) {
        List<Ban> bans = new ArrayList<>();
        List<BanTarget> lifted = new ArrayList<>();
        for (int i = 3; i + 1 < reply.size(); i += 2) {
            String target = reply.get(i).toString();
            String row = reply.get(i + 1).toString();
            if (row.equals(LIFTED)) {
                lifted.add(BanRow.decodeTarget(target));
            } else {
                bans.add(BanRow.decode(target, row));
            }
        }
        return new Part(
                reply.get(0).toString(), reply.get(1).toBoolean(), reply.get(2).toBoolean(), bans, lifted);
    }

    private Script.Call writing(Script script) {
        return call(script).arg(max.getAsInt()).arg(LIFTED_MS).arg(run());
    }

    /** Names a list of bans that begins with this call. */
    private static String run() {
        return UUID.randomUUID().toString();
    }

    private static Script.Call describe(Script.Call call, Ban ban) {
        return call.arg(ban.target().key())
                .arg(ban.origin().id())
                .arg(ban.until())
                .arg(BanRow.encode(ban));
    }

    private Script.Call call(Script script) {
        return keyed(script).arg(clock.getAsLong());
    }

    /** Bans are few, and most needed while the store is flooded. */
    private static Script.Call keyed(Script script) {
        return script.call()
                .exemptFromLimit()
                .key(RedisKeys.of(LANE, "bans"))
                .key(RedisKeys.of(LANE, "bans", "rules"))
                .key(RedisKeys.of(LANE, "bans", "operators"))
                .key(RedisKeys.of(LANE, "bans", "lifted"))
                .key(RedisKeys.of(LANE, "bans", "changes"))
                .key(RedisKeys.of(LANE, "bans", "ranges"));
    }
}

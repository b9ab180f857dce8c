package dev.portcullis.ratelimit;

import dev.portcullis.config.Live;
import dev.portcullis.ratelimit.window.BoundedIdleMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Counters of users, in memory. Sharded, so that the attempts of few users share a lock. */
final class UserCounters {
    private static final int MAX_SHARDS = 64;
    private static final int USERS_PER_SHARD = 1_024;
    private static final int MAX_SWEPT = 200;

    /** Sweeps after which all users were trimmed. */
    private static final int TRIMS = 16;

    private final LimitPolicy policy;
    private final Live<RateLimitConfig> config;
    private final List<BoundedIdleMap<UserUsage>> shards;
    private final AtomicInteger nextTrimmed = new AtomicInteger();

    UserCounters(Live<RateLimitConfig> config, LimitPolicy policy) {
        this.policy = policy;
        this.config = config;
        int users = config.get().tracking().users();
        int count = Math.max(1, Math.min(MAX_SHARDS, users / USERS_PER_SHARD));
        this.shards = IntStream.range(0, count)
                .mapToObj(any -> new BoundedIdleMap<UserUsage>(
                        users / count,
                        (usage, now) -> usage.idle(now, config.get().blocks())))
                .toList();
    }

    /** Empty if there is no room to count this user. */
    Optional<LimitDecision> check(FrameAttempt attempt, long now) {
        String user = attempt.user().value();
        BoundedIdleMap<UserUsage> shard = shardOf(user);
        synchronized (shard) {
            return shard.hasRoomFor(List.of(user), now)
                    ? Optional.of(policy.judge(shard.make(user, UserUsage::new), attempt, now))
                    : Optional.empty();
        }
    }

    void restore(BlockRows.BlockRow stored) {
        String user = stored.user().value();
        BoundedIdleMap<UserUsage> shard = shardOf(user);
        synchronized (shard) {
            shard.make(user, UserUsage::new).usageOf(stored.blockedAction()).block(stored.block());
        }
    }

    /** Trims some of the users with each call, so that an event loop with hundred thousand of them does not stand still for it. */
    void sweep(long now) {
        for (BoundedIdleMap<UserUsage> shard : shards) {
            synchronized (shard) {
                shard.sweep(now, MAX_SWEPT);
            }
        }
        BlockRule rule = config.get().blocks();
        for (int i = 0; i <= shards.size() / TRIMS; i++) {
            BoundedIdleMap<UserUsage> shard = shards.get(Math.floorMod(nextTrimmed.getAndIncrement(), shards.size()));
            synchronized (shard) {
                shard.each(usage -> usage.trim(now, rule));
            }
        }
    }

    private BoundedIdleMap<UserUsage> shardOf(String user) {
        return shards.get(Math.floorMod(user.hashCode(), shards.size()));
    }
}

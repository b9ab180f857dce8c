package dev.portcullis.ratelimit;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What users have counted, in memory. In shards, so that one user's attempts wait only for few others'. */
final class UserCounters {
    private static final int MOST_SHARDS = 64;
    private static final int USERS_WORTH_A_SHARD = 1_024;
    private static final int SWEPT_AT_ONCE = 200;

    private final LimitPolicy policy;
    private final BlockRule blocks;
    private final List<BoundedIdleMap<UserUsage>> shards;

    UserCounters(RateLimitConfig config, LimitPolicy policy) {
        this.policy = policy;
        this.blocks = config.blocks();
        int users = config.tracking().users();
        int count = Math.max(1, Math.min(MOST_SHARDS, users / USERS_WORTH_A_SHARD));
        this.shards = IntStream.range(0, count)
                .mapToObj(any -> new BoundedIdleMap<UserUsage>(users / count, (usage, now) -> usage.idle(now, blocks)))
                .toList();
    }

    /** Empty if this user can't be counted, for want of room. */
    Optional<LimitDecision> judge(FrameAttempt attempt, long now) {
        String user = attempt.user().value();
        BoundedIdleMap<UserUsage> shard = shardOf(user);
        synchronized (shard) {
            return shard.hasRoomFor(List.of(user), now)
                    ? Optional.of(policy.judge(shard.make(user, UserUsage::new), attempt, now))
                    : Optional.empty();
        }
    }

    void restore(BlockRow stored) {
        String user = stored.user().value();
        BoundedIdleMap<UserUsage> shard = shardOf(user);
        synchronized (shard) {
            shard.make(user, UserUsage::new).usageOf(stored.action()).block(stored.block());
        }
    }

    void sweep(long now) {
        for (BoundedIdleMap<UserUsage> shard : shards) {
            synchronized (shard) {
                shard.sweep(now, SWEPT_AT_ONCE);
                shard.each(usage -> usage.trim(now, blocks));
            }
        }
    }

    private BoundedIdleMap<UserUsage> shardOf(String user) {
        return shards.get(Math.floorMod(user.hashCode(), shards.size()));
    }
}

package dev.portcullis.app.node.store;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.live.LiveSettings;
import dev.portcullis.audit.chain.AuditHeadStore;
import dev.portcullis.audit.chain.RedisAuditHeadStore;
import dev.portcullis.auth.account.AccountStore;
import dev.portcullis.auth.account.RedisAccountStore;
import dev.portcullis.auth.session.RedisRevocationStore;
import dev.portcullis.auth.session.RedisSessionStore;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.hooks.HookTarget;
import dev.portcullis.hooks.HooksConfig;
import dev.portcullis.hooks.RedisStreamTarget;
import dev.portcullis.hooks.outbox.RedisOutbox;
import dev.portcullis.ratelimit.CounterStore;
import dev.portcullis.ratelimit.RedisCounterStore;
import dev.portcullis.ratelimit.ban.BanStore;
import dev.portcullis.ratelimit.ban.RedisBanStore;
import dev.portcullis.ratelimit.login.LoginCounterStore;
import dev.portcullis.ratelimit.login.RedisLoginCounterStore;
import dev.portcullis.ratelimit.recent.RecentItemStore;
import dev.portcullis.ratelimit.recent.RedisRecentItemStore;
import dev.portcullis.rooms.directory.RedisMemberships;
import dev.portcullis.rooms.directory.RedisRoomListStore;
import dev.portcullis.rooms.directory.RedisRoomStore;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.redis.RedisErasureStore;
import dev.portcullis.streams.redis.RedisInboxStore;
import dev.portcullis.streams.redis.RedisLaneStore;
import dev.portcullis.streams.redis.RedisReadMarkStore;
import dev.portcullis.streams.redis.RedisStreamStore;
import dev.portcullis.uploads.ticket.RedisUploadStore;
import dev.portcullis.uploads.ticket.UploadStore;
import io.vertx.core.Future;
import java.util.Optional;

/** The stores in a Redis that all nodes of a cluster share. It checks its own health, and old data expires in Redis. */
public record RedisStores(
        RedisStore redis,
        StreamStore streams,
        InboxStore inboxes,
        ErasureStore erasures,
        CounterStore counters,
        LoginCounterStore logins,
        RecentItemStore failures,
        BanStore bans,
        SessionStore sessions,
        RevocationStore revocations,
        ReadMarkStore readMarks,
        RoomStore rooms,
        RoomListStore roomLists,
        UploadStore uploads,
        AccountStore accounts,
        AuditHeadStore auditHeads,
        LaneStore lanes,
        Optional<RedisOutbox> hooks,
        Optional<HookTarget> hookStream)
        implements Stores {

    public static Stores of(RedisStore redis, NodeConfig config, LiveSettings live) {
        Optional<RedisOutbox> outbox =
                config.hooks().map(hooks -> new RedisOutbox(redis, hooks.outbox(), LaneStore.LEASE_MS));
        return new RedisStores(
                redis,
                new RedisStreamStore(redis, outbox, new RedisMemberships()),
                new RedisInboxStore(redis),
                new RedisErasureStore(redis),
                new RedisCounterStore(redis, live.ratelimit()),
                new RedisLoginCounterStore(redis),
                new RedisRecentItemStore(redis),
                new RedisBanStore(redis, () -> live.bans().get().max()),
                new RedisSessionStore(redis, config.sessions(), outbox),
                new RedisRevocationStore(redis, live.revocations()),
                new RedisReadMarkStore(redis),
                new RedisRoomStore(redis),
                new RedisRoomListStore(redis),
                new RedisUploadStore(redis),
                new RedisAccountStore(redis),
                new RedisAuditHeadStore(redis),
                new RedisLaneStore(redis),
                outbox,
                config.hooks()
                        .flatMap(HooksConfig::stream)
                        .map(stream -> new RedisStreamTarget(
                                redis, stream, config.redis().timeoutMs())));
    }

    /** The same: Redis expires each set by itself. */
    @Override
    public RecentItemStore knownAddresses() {
        return failures;
    }

    /** The loss of one of several masters shows in its lanes and leaves the others unaffected. */
    @Override
    public boolean losesLanesSeparately() {
        return redis.clustered();
    }

    @Override
    public boolean healthy() {
        return redis.clustered() ? redis.keepsData() : redis.healthy();
    }

    @Override
    public boolean keepsData() {
        return redis.keepsData();
    }

    @Override
    public long millis() {
        return redis.millis();
    }

    @Override
    public long calls() {
        return redis.calls();
    }

    @Override
    public long refusedCalls() {
        return redis.refusedCalls();
    }

    @Override
    public void probe() {
        // RedisStore probes by itself.
    }

    @Override
    public Future<Void> sweep() {
        return Future.succeededFuture();
    }
}

package dev.portcullis.app.node.store;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.live.LiveSettings;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.auth.session.RedisSessionStore;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.hooks.HookTarget;
import dev.portcullis.hooks.HooksConfig;
import dev.portcullis.hooks.RedisStreamTarget;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.ratelimit.CounterStore;
import dev.portcullis.ratelimit.RedisCounterStore;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.redis.RedisArchiveSource;
import dev.portcullis.streams.redis.RedisErasureStore;
import dev.portcullis.streams.redis.RedisInboxStore;
import dev.portcullis.streams.redis.RedisLaneStore;
import dev.portcullis.streams.redis.RedisStreamStore;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The stores in a Redis that all nodes of a cluster share: each is opened when it is first asked for, and its scripts are
 * loaded then. It checks its own health, and old data expires in Redis.
 */
public final class RedisStores implements Stores {
    private final RedisStore redis;
    private final NodeConfig config;
    private final LiveSettings live;
    private final IntConsumer trimmed;
    private final Optional<ArchiveStore> archive;
    private final Map<Class<?>, Object> opened = new HashMap<>();

    /**
     * @param trimmed is told how many entries of an inbox went before they were delivered
     * @param archive the archive that all nodes share
     */
    public RedisStores(
            RedisStore redis,
            NodeConfig config,
            LiveSettings live,
            IntConsumer trimmed,
            Optional<ArchiveStore> archive) {
        this.trimmed = trimmed;
        this.archive = archive;
        this.redis = redis;
        this.config = config;
        this.live = live;
    }

    private synchronized <T> T once(Class<T> port, Supplier<? extends T> open) {
        Object known = opened.get(port);
        if (known == null) {
            known = open.get();
            opened.put(port, known);
        }
        return port.cast(known);
    }

    @Override
    public StreamStore streams() {
        return once(
                StreamStore.class,
                () -> new RedisStreamStore(redis, hooks(), trimmed, archive.map(RedisStores::headsIn)));
    }

    @Override
    public InboxStore inboxes() {
        return once(InboxStore.class, () -> new RedisInboxStore(redis));
    }

    @Override
    public ErasureStore erasures() {
        return once(ErasureStore.class, () -> new RedisErasureStore(redis));
    }

    @Override
    public CounterStore counters() {
        return once(CounterStore.class, () -> new RedisCounterStore(redis, live.ratelimit()));
    }

    @Override
    public SessionStore sessions() {
        return once(
                SessionStore.class,
                () -> new RedisSessionStore(redis, config.sessions(), revocations(), config.inboxes(), hooks()));
    }

    @Override
    public RevocationStore revocations() {
        return once(RevocationStore.class, () -> new RevocationStore(rows(), live.revocations()));
    }

    @Override
    public RowStore rows() {
        return once(RowStore.class, () -> new RedisRowStore(redis));
    }

    @Override
    public RowStore urgentRows() {
        return RedisRowStore.exemptFromLimit(redis);
    }

    /** The nodes share them: an attacker who spreads over them gains nothing. */
    @Override
    public RowStore transientRows() {
        return rows();
    }

    @Override
    public LaneStore lanes() {
        return once(LaneStore.class, () -> new RedisLaneStore(redis));
    }

    @Override
    public Optional<NodeArchive> archive() {
        return archive.map(store ->
                once(NodeArchive.class, () -> NodeArchive.of(store, new RedisArchiveSource(redis), config.archive())));
    }

    private static ArchivedHeads headsIn(ArchiveStore archive) {
        return stream -> archive.positions(List.of(stream)).map(all -> all.get(0));
    }

    @Override
    public Optional<HookOutbox> hooks() {
        return config.hooks().map(hooks -> once(HookOutbox.class, () -> new HookOutbox(rows(), hooks.outbox())));
    }

    @Override
    public Optional<HookTarget> hookStream() {
        return config.hooks()
                .flatMap(HooksConfig::stream)
                .map(stream -> once(
                        HookTarget.class,
                        () -> new RedisStreamTarget(
                                redis, stream, config.redis().timeoutMs())));
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
    public int lanesShortOfReplicas() {
        return redis.lanesShortOfReplicas();
    }

    @Override
    public long confirmedAppends() {
        return redis.confirmedAppends();
    }

    @Override
    public long unconfirmedAppends() {
        return redis.unconfirmedAppends();
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

package dev.portcullis.app.node.store;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.live.LiveSettings;
import dev.portcullis.archive.ArchiveConfig;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.archive.MessageIndex;
import dev.portcullis.archive.embedded.EmbeddedArchive;
import dev.portcullis.auth.session.EmbeddedSessionStore;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.ratelimit.CounterStore;
import dev.portcullis.ratelimit.EmbeddedCounterStore;
import dev.portcullis.ratelimit.login.LoginCounters;
import dev.portcullis.ratelimit.stuffing.RecentItemStore;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.StoreClock;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.TransientRowStore;
import dev.portcullis.store.rows.TransientRowStore.Bound;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import dev.portcullis.streams.lane.LaneStore;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** The stores of a single node, in a local folder. */
public record EmbeddedStores(
        EmbeddedStore store,
        StoreClock ages,
        EmbeddedStreamStore streams,
        CounterStore counters,
        SessionStore sessions,
        RevocationStore revocations,
        EmbeddedRowStore rows,
        TransientRowStore transientRows,
        Optional<HookOutbox> hooks,
        Optional<NodeArchive> archive)
        implements Stores {

    /**
     * Blocks briefly while tables are created.
     *
     * @param trimmed is told how many entries of an inbox went before they were delivered
     * @param shared an archive that is not in the store
     */
    public static Future<Stores> open(
            EmbeddedStore store,
            NodeConfig config,
            LiveSettings live,
            LongSupplier clock,
            IntConsumer trimmed,
            Optional<ArchiveStore> shared) {
        EmbeddedRowStore rows = new EmbeddedRowStore(store, clock);
        Optional<HookOutbox> outbox = config.hooks().map(hooks -> new HookOutbox(rows, hooks.outbox()));
        return StoreClock.open(store, clock, System::nanoTime)
                .compose(ages -> outbox.map(HookOutbox::endAll)
                        .orElseGet(Future::succeededFuture)
                        .compose(any -> open(store, config, live, clock, trimmed, shared, ages, rows, outbox)));
    }

    private static Future<Stores> open(
            EmbeddedStore store,
            NodeConfig config,
            LiveSettings live,
            LongSupplier clock,
            IntConsumer trimmed,
            Optional<ArchiveStore> shared,
            StoreClock ages,
            EmbeddedRowStore rows,
            Optional<HookOutbox> outbox) {
        RevocationStore revocations = new RevocationStore(rows, live.revocations());
        return EmbeddedStreamStore.open(store, clock, ages, outbox, trimmed)
                .compose(streams -> EmbeddedCounterStore.open(store, live.ratelimit(), ages)
                        .map(counters -> new EmbeddedStores(
                                store,
                                ages,
                                streams,
                                counters,
                                new EmbeddedSessionStore(
                                        config.sessions(),
                                        store,
                                        revocations,
                                        streams,
                                        config.inboxes(),
                                        outbox,
                                        clock,
                                        ages),
                                revocations,
                                rows,
                                new TransientRowStore(ages, bounds(config)),
                                outbox,
                                archive(store, config.archive(), shared, streams))));
    }

    private static Optional<NodeArchive> archive(
            EmbeddedStore store, ArchiveConfig config, Optional<ArchiveStore> shared, EmbeddedStreamStore streams) {
        Optional<ArchiveStore> own = config.kind() == ArchiveConfig.Kind.EMBEDDED
                ? Optional.of(EmbeddedArchive.open(store, config.bytes()))
                : shared;
        return own.map(archive -> NodeArchive.of(archive, streams.unarchived(), config));
    }

    private static Map<String, Bound> bounds(NodeConfig config) {
        Map<String, Bound> bounds =
                new HashMap<>(LoginCounters.bounds(config.ratelimit().tracking().logins()));
        bounds.put(RecentItemStore.TABLE, new Bound(config.stuffing().tracked(), true));
        return bounds;
    }

    @Override
    public Optional<EmbeddedStore> embedded() {
        return Optional.of(store);
    }

    @Override
    public RowStore urgentRows() {
        return rows;
    }

    @Override
    public ErasureStore erasures() {
        return streams.erasures();
    }

    @Override
    public InboxStore inboxes() {
        return streams.inboxes();
    }

    @Override
    public LaneStore lanes() {
        return streams.lanes();
    }

    @Override
    public boolean losesLanesSeparately() {
        return false;
    }

    @Override
    public boolean healthy() {
        return store.healthy();
    }

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }

    @Override
    public long calls() {
        return 0;
    }

    @Override
    public void probe() {
        store.probe();
        ages.save();
    }

    @Override
    public Future<Void> sweep() {
        transientRows.sweep();
        return Future.join(streams.sweep(), rows.sweep()).mapEmpty();
    }

    @Override
    public Future<Void> renewLog() {
        Future<Void> index =
                archive.flatMap(NodeArchive::index).map(MessageIndex::expunge).orElseGet(Future::succeededFuture);
        return Future.join(store.renewLog(), index).mapEmpty();
    }
}

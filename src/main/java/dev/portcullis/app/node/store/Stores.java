package dev.portcullis.app.node.store;

import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.hooks.HookTarget;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.ratelimit.CounterStore;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.lane.LaneStore;
import io.vertx.core.Future;
import java.util.Optional;

/** The stores of all stages, on the engine that the configuration names. {@link StageStores} says which stage has which. */
public interface Stores {
    StreamStore streams();

    CounterStore counters();

    /** The data that is kept beside the inboxes. */
    InboxStore inboxes();

    /** Takes deleted users out of the streams. */
    ErasureStore erasures();

    SessionStore sessions();

    RevocationStore revocations();

    /**
     * The rows that steps in Java change: accounts, rooms and their lists, invitations, block lists, read marks, uploads, heads
     * of audit chains.
     */
    RowStore rows();

    /** The same kind of store, for bans, which are needed most while the other one is flooded. */
    RowStore urgentRows();

    /** The same kind of store, for what a single node may forget when it ends: counts of logins, what addresses failed with. */
    RowStore transientRows();

    LaneStore lanes();

    /** What follows the streams and keeps their entries for longer; empty where none is configured. */
    Optional<NodeArchive> archive();

    /** The events that the application has not been told yet; empty where no hook is configured. */
    Optional<HookOutbox> hooks();

    /** A stream in the store that takes the events of hooks. */
    default Optional<HookTarget> hookStream() {
        return Optional.empty();
    }

    /** The store that this process has open itself; empty for one that it reaches over the network. */
    default Optional<EmbeddedStore> embedded() {
        return Optional.empty();
    }

    /** Whether the store keeps what is written, apart from losses that show in single lanes. */
    boolean healthy();

    /** Whether the store is not known to evict data. */
    default boolean keepsData() {
        return true;
    }

    /** Whether some lanes can be lost while others are served. */
    boolean losesLanesSeparately();

    /**
     * The time by the store's clock, as an estimate. The store uses its clock to decide whether an append is too late.
     */
    long millis();

    /** The number of calls to another process. */
    long calls();

    /** The number of calls that were refused here, because too many were in flight. */
    default long refusedCalls() {
        return 0;
    }

    /** The number of lanes in which nothing is acknowledged, since too few replicas follow their master. */
    default int lanesShortOfReplicas() {
        return 0;
    }

    /** The number of appends that replicas confirmed. */
    default long confirmedAppends() {
        return 0;
    }

    /** The number of appends that were not acknowledged, since too few replicas confirmed them in time. */
    default long unconfirmedAppends() {
        return 0;
    }

    /** Checks whether a write would succeed; {@link #healthy()} shows the result. Called twice a second. */
    void probe();

    /** Deletes expired data; called every few minutes. */
    Future<Void> sweep();

    /** Leaves nothing in a log of this node that was deleted before; called once a day. */
    default Future<Void> renewLog() {
        return Future.succeededFuture();
    }
}

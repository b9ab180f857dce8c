package dev.portcullis.app.node;

import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.ratelimit.CounterStore;
import dev.portcullis.rooms.MembershipStore;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.lane.LaneStore;
import io.vertx.core.Future;

/** The stores of all stages, on whichever engine the configuration names. */
interface Stores {
    StreamStore streams();

    CounterStore counters();

    SessionStore sessions();

    MembershipStore members();

    LaneStore lanes();

    /** Whether it keeps what it is given, as far as that does not show lane by lane. */
    boolean healthy();

    /** Whether it does not throw away what it was given, as far as is known. */
    default boolean keepsData() {
        return true;
    }

    /** Whether some lanes can be lost while others are served. */
    boolean losesLanesSeparately();

    /** The time by the store's clock, as far as is known here: it judges whether an append comes too late. */
    long millis();

    /** How many calls were made to another process. */
    long calls();

    /** How many of them were refused here, since too many were under way. */
    default long refusedCalls() {
        return 0;
    }

    /** Looks whether a write would succeed; what comes of it shows in {@link #healthy()}. Called twice a second. */
    void probe();

    /** Deletes what is too old; called every few minutes. */
    Future<Void> sweep();
}

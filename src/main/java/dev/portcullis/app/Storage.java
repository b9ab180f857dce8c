package dev.portcullis.app;

import dev.portcullis.auth.SessionStore;
import dev.portcullis.ratelimit.CounterStore;
import dev.portcullis.rooms.MembershipStore;
import dev.portcullis.streams.LaneStore;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.Optional;

/** The stores of all stages, on whichever engine the configuration names. */
interface Storage {
    StreamStore streams();

    CounterStore counters();

    SessionStore sessions();

    MembershipStore members();

    /** Empty where only one node writes: what it does not tell itself nobody else can. */
    Optional<LaneStore> lanes();

    boolean healthy();

    /** The time by the store's clock, as far as is known here: it judges whether an append comes too late. */
    long millis();

    /** How many calls were made to another process. */
    long calls();

    /** Looks whether a write would succeed; what comes of it shows in {@link #healthy()}. Called twice a second. */
    void probe();

    /** Deletes what is too old; called every few minutes. */
    Future<Void> sweep();
}

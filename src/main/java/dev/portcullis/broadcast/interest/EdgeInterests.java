package dev.portcullis.broadcast.interest;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Notice;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Knows which edge nodes follow which streams, as the nodes announce it. All broadcast instances of a node share it. */
public final class EdgeInterests {
    static final Notice<InterestDelta> DELTA = new Notice<>(Stage.BROADCAST, "interest", InterestDelta.class);
    public static final Question<InterestSnapshot.Request, InterestSnapshot> SNAPSHOT = new Question<>(
            Stage.EDGE,
            "interest",
            InterestSnapshot.Request.class,
            InterestSnapshot.class,
            InterestSnapshot.Request::bits);

    /**
     * The age from which on an interest is outdated: five deltas in a row were lost. It is not configurable: announcers on all
     * other nodes rely on it.
     */
    private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Bus bus;
    private final InterestHash hash;
    private final LongSupplier nanos;
    private final Map<String, RemoteInterest> remotes = new ConcurrentHashMap<>();
    private final Set<String> requested = ConcurrentHashMap.newKeySet();

    public EdgeInterests(Bus bus, int interestBits, LongSupplier nanos) {
        this.bus = bus;
        this.hash = new InterestHash(interestBits);
        this.nanos = nanos;
    }

    /** Completes when deltas can arrive. */
    public Future<Void> open() {
        return bus.subscribe(DELTA, 0, this::apply);
    }

    public boolean wants(String node, StreamName stream) {
        RemoteInterest known = remotes.get(node);
        return known == null || known.wants(hash.of(stream), nanos.getAsLong());
    }

    private void apply(InterestDelta delta) {
        RemoteInterest known =
                remotes.computeIfAbsent(delta.node(), any -> new RemoteInterest(hash.bits(), MAX_AGE_NANOS));
        if (!known.apply(delta, nanos.getAsLong()) && requested.add(delta.node())) {
            remotes.keySet().retainAll(bus.nodesOf(Stage.EDGE).keySet());
            bus.askAt(SNAPSHOT, delta.node(), 0, new InterestSnapshot.Request(hash.bits()))
                    .onSuccess(snapshot -> known.replace(snapshot, nanos.getAsLong()))
                    .onComplete(
                            any -> requested.remove(delta.node())); // after a failure the next delta requests it again
        }
    }
}

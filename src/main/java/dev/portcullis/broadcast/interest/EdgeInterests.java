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

/** Which edge nodes want to hear of a stream, as they tell it. One for all broadcast instances of a node. */
public final class EdgeInterests {
    static final Notice<InterestDelta> DELTA = new Notice<>(Stage.BROADCAST, "interest", InterestDelta.class);
    public static final Question<InterestSnapshot.Request, InterestSnapshot> SNAPSHOT = new Question<>(
            Stage.EDGE,
            "interest",
            InterestSnapshot.Request.class,
            InterestSnapshot.class,
            InterestSnapshot.Request::bits);

    /** Five news in a row were lost. No key of the config: whoever announces must keep to it on all other nodes. */
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

    /** Completes when news can arrive. */
    public Future<Void> open() {
        return bus.subscribe(DELTA, 0, this::apply);
    }

    public boolean wants(String node, StreamName stream) {
        RemoteInterest known = remotes.get(node);
        return known == null || known.wants(hash.of(stream), nanos.getAsLong());
    }

    private void apply(InterestDelta news) {
        RemoteInterest known =
                remotes.computeIfAbsent(news.node(), any -> new RemoteInterest(hash.bits(), MAX_AGE_NANOS));
        if (!known.apply(news, nanos.getAsLong()) && requested.add(news.node())) {
            remotes.keySet().retainAll(bus.nodesOf(Stage.EDGE).keySet());
            bus.askAt(SNAPSHOT, news.node(), 0, new InterestSnapshot.Request(hash.bits()))
                    .onSuccess(all -> known.replace(all, nanos.getAsLong()))
                    .onComplete(any -> requested.remove(news.node())); // where it failed, the next news ask again
        }
    }
}

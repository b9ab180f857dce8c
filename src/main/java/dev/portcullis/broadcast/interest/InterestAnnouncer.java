package dev.portcullis.broadcast.interest;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.resilience.TimersInStep;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.delivery.FollowedStreamsListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Announces to the broadcast instances of other nodes which streams this edge node follows: each change on the next
 * turn of the event loop, batched, and once a second even without a change.
 */
public final class InterestAnnouncer implements FollowedStreamsListener {
    /** The interval of announcements. {@link EdgeInterests} on other nodes relies on it. */
    private static final long INTERVAL_MS = 1_000;

    private final Bus bus;
    private final Context context;
    private final LocalInterest local;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    public InterestAnnouncer(Context context, Bus bus, int interestBits) {
        this.bus = bus;
        this.context = context;
        this.local = new LocalInterest(bus.node(), System.nanoTime(), interestBits, this::announceSoon);
    }

    /** Completes when other nodes can request the snapshot. */
    public Future<Void> open() {
        TimersInStep.every(context.owner(), INTERVAL_MS, any -> announce());
        return bus.answer(EdgeInterests.SNAPSHOT, 0, request -> Future.succeededFuture(local.snapshot()));
    }

    @Override
    public void began(StreamName stream) {
        local.began(stream);
    }

    @Override
    public void ended(StreamName stream) {
        local.ended(stream);
    }

    private void announceSoon() {
        if (scheduled.compareAndSet(false, true)) {
            context.runOnContext(any -> announce());
        }
    }

    private void announce() {
        scheduled.set(false);
        InterestDelta delta = local.takeDelta();
        bus.nodesOf(Stage.BROADCAST).keySet().stream()
                .filter(node -> !node.equals(bus.node()))
                .forEach(node -> bus.send(EdgeInterests.DELTA, node, 0, delta));
    }
}

package dev.portcullis.broadcast.interest;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.delivery.FollowedStreamsListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells the broadcasters of other nodes what this edge node carries: each change as soon as its event loop comes to it,
 * all that are due at once, and once a second that there was none.
 */
public final class InterestAnnouncer implements FollowedStreamsListener {
    /** What {@link EdgeInterests} relies on, perhaps on a node of another config. */
    private static final long EVERY_MS = 1_000;

    private final Bus bus;
    private final Context context;
    private final LocalInterest own;
    private final AtomicBoolean due = new AtomicBoolean();

    public InterestAnnouncer(Context context, Bus bus, int interestBits) {
        this.bus = bus;
        this.context = context;
        this.own = new LocalInterest(bus.node(), System.nanoTime(), interestBits, this::announceSoon);
    }

    /** Completes when others can ask for all of it. */
    public Future<Void> open() {
        context.owner().setPeriodic(EVERY_MS, any -> announce());
        return bus.answer(EdgeInterests.WHOLE, 0, asked -> Future.succeededFuture(own.whole()));
    }

    @Override
    public void began(StreamName stream) {
        own.began(stream);
    }

    @Override
    public void ended(StreamName stream) {
        own.ended(stream);
    }

    private void announceSoon() {
        if (due.compareAndSet(false, true)) {
            context.runOnContext(any -> announce());
        }
    }

    private void announce() {
        due.set(false);
        InterestDelta news = own.news();
        bus.nodesOf(Stage.BROADCAST).keySet().stream()
                .filter(node -> !node.equals(bus.node()))
                .forEach(node -> bus.send(EdgeInterests.NEWS, node, 0, news));
    }
}

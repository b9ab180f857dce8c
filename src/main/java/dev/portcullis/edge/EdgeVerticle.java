package dev.portcullis.edge;

import dev.portcullis.broadcast.FanOut;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.StreamHubShard;
import dev.portcullis.streams.lane.LaneFreshness;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One instance of the edge: owns an HTTP server and the connections of its event loop. */
public final class EdgeVerticle extends VerticleBase {
    private final int instance;
    private final Edge edge;
    private @Nullable EdgeLoop loop;

    public EdgeVerticle(int instance, Edge edge) {
        this.instance = instance;
        this.edge = edge;
    }

    @Override
    public Future<?> start() {
        StreamHubShard shard = new StreamHubShard(
                context,
                edge.services.streams(),
                edge.config.streams(),
                edge.services.followedStreams(),
                edge.hubMemory,
                lanes());
        if (instance == 0) {
            edge.services.followedStreams().began(StreamName.notifications()); // so that hints of its entries come here
        }
        Future<?> fanOut = Future.all( // its ends
                edge.services.bus().subscribe(FanOut.ENTRY, instance, entry -> {
                    shard.offer(entry);
                    edge.notifications.offer(entry);
                }),
                edge.services.bus().subscribe(FanOut.TRANSIENT, instance, shard::pass),
                edge.services.bus().subscribe(FanOut.CHANGED, instance, shard::forget));
        return onLoop(fanOut, any -> onLoop(edge.instances.ready(instance, shard), hub -> open(shard, hub)));
    }

    /** A node alone needs none: the bus of its process loses nothing. */
    private Optional<LaneFreshness> lanes() {
        return edge.services.vertx().isClustered()
                ? Optional.of(new LaneFreshness(
                        edge.config.edge().cutoffs().maxAgeMs(), System::nanoTime, edge.services.clock()))
                : Optional.empty();
    }

    /** The last instance to become ready completes it for all; each continues on its own event loop. */
    private Future<?> open(StreamHubShard shard, StreamHub hub) {
        EdgeLoop opened = new EdgeLoop(edge, instance, context, shard, hub);
        loop = opened;
        return onLoop(opened.answer(), any -> onLoop(edge.instances.answers(), all -> opened.listen()));
    }

    private <T> Future<?> onLoop(Future<T> first, Function<T, Future<?>> step) {
        return onLoop(context, first, step);
    }

    /**
     * Runs a step of the start on this event loop once the first future has succeeded. A composed future is of no use for that: it
     * completes on the context on which its chain began, wherever its last step has ended. A listener is bound to the event loop
     * on which it is opened, and a socket of another loop would be written by two threads.
     */
    static <T> Future<?> onLoop(Context context, Future<T> first, Function<T, Future<?>> step) {
        Promise<Object> done = Promise.promise(); // of no context
        first.onComplete(
                value -> context.runOnContext(any -> Future.succeededFuture()
                        .<Object>compose(started -> step.apply(value).map(last -> last))
                        .onComplete(done)),
                done::fail);
        return done.future();
    }

    /** Each connection serves frames until its slot of the drain, so that work in progress can finish. */
    @Override
    public Future<?> stop() {
        EdgeLoop opened = loop;
        if (opened == null) {
            return Future.succeededFuture();
        }
        edge.instances.drain();
        return opened.drain().eventually(edge.instances::drained);
    }
}

package dev.portcullis.edge;

import dev.portcullis.broadcast.FanOut;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.StreamHubShard;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
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
                edge.hubMemory);
        if (instance == 0) {
            edge.services.followedStreams().began(StreamName.notifications()); // so that hints of its entries come here
        }
        return Future.all( // the ends of the fan-out
                        edge.services.bus().subscribe(FanOut.ENTRY, instance, entry -> {
                            shard.offer(entry);
                            edge.notifications.offer(entry);
                        }),
                        edge.services.bus().subscribe(FanOut.TRANSIENT, instance, shard::pass),
                        edge.services.bus().subscribe(FanOut.CHANGED, instance, shard::forget))
                .compose(any -> onOwnLoop(edge.instances.ready(instance, shard)))
                .compose(hub -> open(shard, hub));
    }

    private Future<?> open(StreamHubShard shard, StreamHub hub) {
        EdgeLoop opened = new EdgeLoop(edge, instance, context, shard, hub);
        loop = opened;
        return opened.answer()
                .compose(any -> onOwnLoop(edge.instances.answers()))
                .compose(any -> opened.listen());
    }

    /** Each connection serves frames until its slot of the drain, so that work in progress can finish. */
    @Override
    public Future<?> stop() {
        EdgeLoop opened = loop;
        if (opened == null) {
            return Future.succeededFuture();
        }
        edge.instances.drain();
        return opened.drain();
    }

    /** The last instance to become ready completes it for all; each continues on its own event loop. */
    private <T> Future<T> onOwnLoop(Future<T> future) {
        Promise<T> promise = Promise.promise();
        future.onComplete((value, failure) -> context.runOnContext(any -> promise.complete(value, failure)));
        return promise.future();
    }
}

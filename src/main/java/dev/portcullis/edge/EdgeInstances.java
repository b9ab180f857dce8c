package dev.portcullis.edge;

import dev.portcullis.edge.connection.FrameBarrier;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.StreamHubShard;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.ServerSSLOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Coordinates the edge instances of a node: none listens before all shards are ready, all refuse new connections once one
 * drains, and none closes its listener before all have drained.
 */
public class EdgeInstances {
    private final @Nullable StreamHubShard[] shards;
    private final Promise<StreamHub> hub = Promise.promise();
    private final AtomicInteger notAnswering;
    private final Promise<Void> answering = Promise.promise();
    private final Promise<Integer> port = Promise.promise();
    private final AtomicInteger drainedCount = new AtomicInteger();
    private final Promise<Void> allDrained = Promise.promise();
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private final Map<Context, FrameBarrier> barriers = new ConcurrentHashMap<>();
    private volatile boolean draining;
    private volatile long mostDrainMs = Long.MAX_VALUE;

    public EdgeInstances(int instances) {
        this.shards = new StreamHubShard[instances];
        this.notAnswering = new AtomicInteger(instances);
    }

    int count() {
        return shards.length;
    }

    /** Registers the shard of one instance; completes when all instances are ready. */
    synchronized Future<StreamHub> ready(int instance, StreamHubShard shard) {
        shards[instance] = shard;
        List<StreamHubShard> all =
                Arrays.stream(shards).filter(Objects::nonNull).toList();
        if (all.size() == shards.length) {
            hub.tryComplete(new StreamHub(all));
        }
        return hub.future();
    }

    /**
     * An instance answers on the bus; completes when all do. The fan-out chooses a shard by the number of instances that
     * answer, and must not do so before it knows them all.
     */
    Future<Void> answers() {
        if (notAnswering.decrementAndGet() == 0) {
            answering.tryComplete();
        }
        return answering.future();
    }

    /** Completes when all instances are ready. */
    public Future<StreamHub> hub() {
        return hub.future();
    }

    void listening(HttpServer server) {
        servers.add(server);
        port.tryComplete(server.actualPort());
    }

    /** Fails, and leaves the certificate in use, if this one can't be used. */
    Future<?> replaceCertificate(ServerSSLOptions options) {
        return Future.all(servers.stream()
                .map(server -> server.updateSSLOptions(options, true)) // the same path may hold another certificate
                .toList());
    }

    void holding(Context context, FrameBarrier barrier) {
        barriers.put(context, barrier);
    }

    /** Lets no frame begin from now on, on any instance. Completes when none is in flight. */
    public Future<?> holdFrames() {
        return onEach(FrameBarrier::hold);
    }

    /** Lets frames pass again. Completes when they do on all instances. */
    public Future<?> liftFrames() {
        return onEach(barrier -> {
            barrier.lift();
            return Future.succeededFuture();
        });
    }

    private Future<?> onEach(Function<FrameBarrier, Future<Void>> step) {
        return Future.all(barriers.entrySet().stream()
                .map(each -> {
                    Promise<Void> done = Promise.promise();
                    each.getKey()
                            .runOnContext(any -> step.apply(each.getValue()).onComplete(done));
                    return done.future();
                })
                .toList());
    }

    /** The port of the listener. Fails before the listener is open. */
    public int port() {
        return Objects.requireNonNull(port.future().result());
    }

    /** From now on all instances refuse new connections. */
    public void drain() {
        draining = true;
    }

    /**
     * An instance has closed its connections; completes when all that listen have. A session of Engine.IO belongs to one
     * event loop, and its client may poll over the listener of another.
     */
    Future<Void> drained() {
        if (drainedCount.incrementAndGet() >= servers.size()) {
            allDrained.tryComplete();
        }
        return allDrained.future();
    }

    /** Like {@link #drain}, where there is less time than a planned stop has. */
    public void drainWithin(long millis) {
        mostDrainMs = millis;
        drain();
    }

    /** The period over which connections are closed, where a planned stop has this one. */
    long drainMs(long planned) {
        return Math.min(planned, mostDrainMs);
    }

    public boolean draining() {
        return draining;
    }
}

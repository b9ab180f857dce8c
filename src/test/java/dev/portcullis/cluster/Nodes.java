package dev.portcullis.cluster;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.edge.tcp.AcceptTransport;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Nodes of a cluster in this JVM, without stages. */
final class Nodes implements AutoCloseable {
    private final String redisUri;
    private final Deque<Running> started = new ArrayDeque<>();

    Nodes(String redisUri) {
        this.redisUri = redisUri;
    }

    /** A running node, as far as the cluster package builds it. */
    record Running(
            Cluster cluster,
            Vertx vertx,
            Bus bus,
            ClusterVerticle verticle,
            RecordingListener listener,
            String deployment)
            implements AutoCloseable {
        String name() {
            return bus.node();
        }

        /** Stops as planned. */
        @Override
        public void close() {
            if (vertx.deploymentIDs().contains(deployment)) {
                Nodes.await(vertx.undeploy(deployment)); // leaves the directory, which needs the store
            }
            Nodes.await(vertx.close());
            cluster.close(); // idempotent
        }

        /** Crashes: leaves its row in the directory. */
        void vanish() {
            cluster.membership().hazelcast().getLifecycleService().terminate();
        }
    }

    /** Records the calls of the verticle. */
    record RecordingListener(Queue<String> lostNodes, AtomicInteger registrations, AtomicInteger exits)
            implements ClusterVerticle.Listener {
        RecordingListener() {
            this(new ConcurrentLinkedQueue<>(), new AtomicInteger(), new AtomicInteger());
        }

        @Override
        public void nodeLost(String node) {
            lostNodes.add(node);
        }

        @Override
        public Future<Void> reregister() {
            registrations.incrementAndGet();
            return Future.succeededFuture();
        }

        @Override
        public void onIsolated() {
            exits.incrementAndGet();
        }
    }

    Running start(String name, ClusterConfig config, SharedSettings settings) throws Exception {
        Cluster cluster = ClusterJoin.join(config, new ClusterJoin.JoiningNode(name, "0.1.0", settings), this::open);
        Vertx vertx = await(cluster.build(
                Vertx.builder().withTransport(AcceptTransport.over(Transport.NIO, cluster.acceptHandler())),
                new VertxOptions().setEventLoopPoolSize(1)));
        Bus bus = new Bus(vertx, name, new BusConfig(1_000, 100));
        RecordingListener listener = new RecordingListener();
        ClusterVerticle verticle = cluster.newVerticle(bus, await(open(vertx)), listener);
        String deployment = await(vertx.deployVerticle(verticle));
        Running running = new Running(cluster, vertx, bus, verticle, listener, deployment);
        started.push(running);
        await(verticle.serve(Map.of(Stage.EDGE, 1)));
        return running;
    }

    Future<RedisStore> open(Vertx vertx) {
        return RedisStore.open(vertx, ClusterFixture.redis(redisUri), (operation, nanos) -> {});
    }

    static List<String> peers(Running node) {
        return node.bus().nodesOf(Stage.EDGE).keySet().stream().sorted().toList();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(60, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException late) {
            throw new AssertionError(late);
        }
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            started.pop().close();
        }
    }
}

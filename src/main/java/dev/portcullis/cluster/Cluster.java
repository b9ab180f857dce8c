package dev.portcullis.cluster;

import dev.portcullis.bus.Bus;
import dev.portcullis.cluster.wire.BusAcceptHandler;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.Optional;

/** This node's membership in the cluster, from the join until it leaves. */
public final class Cluster implements AutoCloseable {
    /** The largest message from another node where certificates do not identify it; one that announces more is disconnected. */
    private static final int BUS_MESSAGE_BYTES = 8 << 20;

    private final ClusterConfig config;
    private final NodeRow me;
    private final HazelcastMembership membership;

    Cluster(ClusterConfig config, NodeRow me, HazelcastMembership membership) {
        this.config = config;
        this.me = me;
        this.membership = membership;
    }

    /**
     * The handler of the connections that the event bus accepts. Without certificates any process that reaches the bus is
     * heard, so only well-formed messages pass (CWE-789).
     */
    public Optional<BusAcceptHandler> acceptHandler() {
        return config.tls().isPresent() ? Optional.empty() : Optional.of(new BusAcceptHandler(BUS_MESSAGE_BYTES));
    }

    /**
     * Builds the node's Vert.x. It has to be closed before this.
     *
     * @param builder with a transport that runs the {@link #acceptHandler}
     */
    public Future<Vertx> build(VertxBuilder builder, VertxOptions options) {
        return builder.with(options.setEventBusOptions(EventBusSettings.of(config)))
                .withClusterManager(new HazelcastClusterManager(membership.hazelcast()))
                .buildClustered();
    }

    /**
     * Returns the verticle that keeps the node's row and tells the bus its peer nodes. Deploy it first and undeploy it
     * last.
     */
    public ClusterVerticle newVerticle(Bus bus, RedisStore store, ClusterVerticle.Listener listener) {
        return new ClusterVerticle(config, me, membership, NodeDirectory.of(store, config), bus, listener);
    }

    HazelcastMembership membership() {
        return membership;
    }

    @Override
    public void close() {
        membership.close();
    }
}

package dev.portcullis.cluster;

import dev.portcullis.bus.Bus;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.Map;

/** This node's place in the cluster, from its admission until it leaves. */
public final class Cluster implements AutoCloseable {
    private final ClusterConfig config;
    private final NodeRow me;
    private final HazelcastMembership membership;

    Cluster(ClusterConfig config, NodeRow me, HazelcastMembership membership) {
        this.config = config;
        this.me = me;
        this.membership = membership;
    }

    /** How the store is reached before there is a bus. */
    @FunctionalInterface
    public interface StoreOpening {
        Future<RedisStore> open(Vertx vertx);
    }

    /**
     * Who comes in.
     *
     * @param node its name, which no other process has or had
     * @param version of the product; informative
     */
    public record JoiningNode(String node, String version, SharedSettings settings) {}

    /**
     * Blocks until this node is a member, or throws because it does not fit to those that are. Fails likewise with what
     * the opening of the store fails with.
     */
    public static Cluster join(ClusterConfig config, JoiningNode joiningNode, StoreOpening store) throws Exception {
        NodeRow me = new NodeRow(joiningNode.node(), joiningNode.settings(), Map.of(), joiningNode.version());
        return new ClusterJoin(config, me).run(store);
    }

    /**
     * What the node's Vert.x listens and connects with. Without certificates any process that reaches the bus is heard, so
     * that only what has the form of a message gets through (CWE-789).
     */
    public Transport guard(Transport transport) {
        return config.tls().isPresent() ? transport : config.bus().guard(transport);
    }

    /**
     * The node's Vert.x. To be closed before this.
     *
     * @param builder with the transport that {@link #guard} gave
     */
    public Future<Vertx> build(VertxBuilder builder, VertxOptions options) {
        return builder.with(options.setEventBusOptions(EventBusSettings.of(config)))
                .withClusterManager(new HazelcastClusterManager(membership.hazelcast()))
                .buildClustered();
    }

    /** Keeps the node's row, and lets the bus know whom it may ask. To be deployed first and undeployed last. */
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

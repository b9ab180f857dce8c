package dev.portcullis.app.node;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.live.LiveSettings;
import dev.portcullis.app.node.store.RedisStores;
import dev.portcullis.app.node.store.Stores;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.bus.Bus;
import dev.portcullis.cluster.Cluster;
import dev.portcullis.cluster.ClusterVerticle;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.streams.lane.EarlyLeaseExpiry;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The stores of a node, and what it runs only beside a store that others share.
 *
 * @param cluster empty if the node is in no cluster
 * @param clock the clock of the stores
 */
record OpenStores(Stores stores, Optional<ClusterVerticle> cluster, LongSupplier clock) {

    static OpenStores embedded(Stores stores, LongSupplier clock) {
        return new OpenStores(stores, Optional.empty(), clock);
    }

    static OpenStores onRedis(
            RedisStore redis,
            Vertx vertx,
            NodeConfig config,
            LiveSettings live,
            Optional<Cluster> cluster,
            Bus bus,
            Metrics metrics,
            Runnable onIsolated) {
        Stores stores = new RedisStores(redis, config, live, count -> metrics.count(Metric.INBOX_TRIMMED, count));
        EarlyLeaseExpiry expiry = new EarlyLeaseExpiry(vertx, stores.lanes());
        ClusterReactions reactions = new ClusterReactions(bus, expiry, metrics, onIsolated);
        return new OpenStores(stores, cluster.map(joined -> joined.newVerticle(bus, redis, reactions)), stores::millis);
    }
}

package dev.portcullis.streams;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Streams and lanes in a Redis that runs already, until closed. */
record RedisLife(Vertx vertx, RedisStore store, RedisStreamStore streams, RedisLaneStore lanes)
        implements StreamStoreContract.Life {

    static RedisLife open(RedisProcess redis, LongSupplier clock) throws TimeoutException {
        return open(new RedisConfig(redis.uri(), 5_000, 2_048), clock);
    }

    /** As a node of a Redis Cluster. */
    static RedisLife openNode(RedisProcess redis, LongSupplier clock) throws TimeoutException {
        return open(new RedisConfig(redis.uri(), 5_000, 2_048).as(RedisConfig.Topology.CLUSTER), clock);
    }

    private static RedisLife open(RedisConfig config, LongSupplier clock) throws TimeoutException {
        Vertx vertx = Vertx.vertx();
        RedisStore store =
                RedisStore.open(vertx, config, (operation, nanos) -> {}).await(10, TimeUnit.SECONDS);
        return new RedisLife(vertx, store, new RedisStreamStore(store, clock), new RedisLaneStore(store, clock));
    }

    @Override
    public void close() {
        try {
            vertx.close().await(10, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError(late);
        }
    }
}

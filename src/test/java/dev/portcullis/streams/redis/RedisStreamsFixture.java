package dev.portcullis.streams.redis;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Streams and lanes in a running Redis, until closed. */
public record RedisStreamsFixture(
        Vertx vertx, RedisStore store, RedisStreamStore streams, RedisLaneStore lanes, RowStore rows)
        implements StreamStoreContract.Fixture {
    public static RedisStreamsFixture open(RedisProcess redis, LongSupplier clock) throws TimeoutException {
        return open(redis, Topology.STANDALONE, clock);
    }

    static RedisStreamsFixture open(RedisProcess redis, Topology topology, LongSupplier clock) throws TimeoutException {
        Vertx vertx = Vertx.vertx();
        RedisStore store = RedisStores.open(vertx, RedisStores.patient(redis, topology));
        return new RedisStreamsFixture(
                vertx,
                store,
                new RedisStreamStore(store, clock),
                new RedisLaneStore(store, clock),
                new RedisRowStore(store, clock));
    }

    /** The same streams, which an archive follows. */
    public RedisStreamStore followed(LongSupplier clock, ArchivedHeads heads) {
        return new RedisStreamStore(store, clock, Optional.of(heads));
    }

    /** What the archive does not have yet. */
    public ArchiveSource unarchived(LongSupplier clock) {
        return new RedisArchiveSource(store, clock);
    }

    @Override
    public void close() {
        try {
            vertx.close().await(30, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError(late);
        }
    }
}

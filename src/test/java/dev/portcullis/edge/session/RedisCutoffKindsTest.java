package dev.portcullis.edge.session;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import dev.portcullis.streams.redis.RedisStreamStore;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The cut-offs come from another process, through Redis. */
class RedisCutoffKindsTest extends CutoffKindsContract {
    private static final Vertx VERTX = Vertx.vertx();
    private static RedisProcess redis;
    private static CutoffPublisher publisher;

    private TestNode node;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start();
        RedisStore store = RedisStores.open(VERTX, RedisStores.patient(redis, Topology.STANDALONE));
        publisher = new CutoffPublisher(
                new RedisStreamStore(store), new Retention(1_000, 60_000), () -> System.currentTimeMillis() + AHEAD_MS);
    }

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().await(30, TimeUnit.SECONDS);
        redis.close();
    }

    @BeforeEach
    void open() {
        node = TestNode.steady("store.kind=redis", "store.redis.uri=" + redis.uri());
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Override
    URI ws() {
        return node.ws();
    }

    @Override
    String token(String user) {
        return node.token(user);
    }

    @Override
    void append(int lane, Cutoff cutoff) throws Exception {
        publisher.publish(lane, cutoff).await(30, TimeUnit.SECONDS);
    }
}

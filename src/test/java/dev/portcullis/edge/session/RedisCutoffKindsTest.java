package dev.portcullis.edge.session;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import dev.portcullis.streams.redis.RedisStreamStore;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The cut-offs come from another process, through Redis. */
@ExtendWith(VertxExtension.class)
class RedisCutoffKindsTest extends CutoffKindsContract {
    private static RedisProcess redis;
    private static CutoffPublisher publisher;

    private TestNode node;

    @BeforeAll
    static void start(Vertx vertx) throws Exception {
        redis = RedisProcess.start();
        RedisStore store = RedisStores.open(vertx, RedisStores.patient(redis, Topology.STANDALONE));
        publisher = new CutoffPublisher(
                new RedisStreamStore(store),
                new StreamWindow(1_000, 60_000),
                () -> System.currentTimeMillis() + AHEAD_MS);
    }

    @AfterAll
    static void stop() {
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

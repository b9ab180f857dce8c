package dev.portcullis.journey;

import dev.portcullis.kit.RedisCluster;
import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same with a Redis Cluster of three masters, among whom the lanes are shared out. */
class RedisClusterConversationIT extends ConversationJourney {
    private static RedisCluster redis;

    @BeforeAll
    static void start() {
        redis = RedisCluster.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Override
    TestServer site() {
        redis.empty();
        return SplitServer.on(redis);
    }
}

package dev.portcullis.journey;

import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TestServer;

/** On a Redis Cluster with three masters. */
class RedisClusterConversationIT extends ConversationAcrossNodes {
    @Override
    TestServer site() {
        return SplitServer.onRedisCluster();
    }
}

package dev.portcullis.journey;

import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TestServer;

/** The same with a Redis Cluster of three masters, among whom the lanes are shared out. */
class RedisClusterConversationIT extends ConversationJourney {
    @Override
    TestServer site() {
        return SplitServer.onRedisCluster();
    }
}

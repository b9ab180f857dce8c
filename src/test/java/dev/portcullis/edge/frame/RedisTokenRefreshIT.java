package dev.portcullis.edge.frame;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;
import org.junit.jupiter.api.AfterAll;

class RedisTokenRefreshIT extends TokenRefreshContract {
    private final RedisProcess redis = RedisProcess.start();

    @Override
    TestServer site() {
        return TestNode.steady("ratelimit.connection.minute=200", "store.kind=redis", "store.redis.uri=" + redis.uri());
    }

    @AfterAll
    void stopRedis() {
        redis.close();
    }
}

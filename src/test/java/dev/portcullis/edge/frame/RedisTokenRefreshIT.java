package dev.portcullis.edge.frame;

import dev.portcullis.kit.RedisProcess;
import org.junit.jupiter.api.AfterAll;

class RedisTokenRefreshIT extends TokenRefreshContract {
    private final RedisProcess redis = RedisProcess.start();

    @Override
    String[] store() {
        return new String[] {"store.kind=redis", "store.redis.uri=" + redis.uri()};
    }

    @AfterAll
    void stopRedis() {
        redis.close();
    }
}

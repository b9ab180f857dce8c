package dev.portcullis.edge.files;

import dev.portcullis.kit.RedisProcess;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

class RedisStoppedFilesIT extends StoppedFilesOverStores {
    private final RedisProcess redis = RedisProcess.start();

    @Override
    List<String> store() {
        return List.of("store.kind=redis", "store.redis.uri=" + redis.uri());
    }

    @AfterAll
    void stop() {
        redis.close();
    }
}

package dev.portcullis.journey;

import dev.portcullis.kit.RedisProcess;
import java.util.List;
import org.junit.jupiter.api.AutoClose;

/** With Redis. */
class RedisServerApiIT extends ServerApiContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start();

    @Override
    List<String> store() {
        return List.of("store.kind=redis", "store.redis.uri=" + redis.uri());
    }
}

package dev.portcullis.streams.redis;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.streams.ReadMarkStoreContract;
import org.junit.jupiter.api.AutoClose;

class RedisReadMarkStoreTest extends ReadMarkStoreContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start();

    @Override
    protected Opened open() throws Exception {
        RedisStreamsFixture life = RedisStreamsFixture.open(redis, clock);
        return new Opened(life.streams(), new RedisReadMarkStore(life.store()), life);
    }
}

package dev.portcullis.streams.redis;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.streams.ErasureStoreContract;
import org.junit.jupiter.api.AutoClose;

class RedisErasureStoreTest extends ErasureStoreContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start();

    @Override
    protected Opened open() throws Exception {
        RedisStreamsFixture opened = RedisStreamsFixture.open(redis, clock);
        return new Opened(
                opened.streams(),
                new RedisInboxStore(opened.store(), clock),
                new RedisErasureStore(opened.store()),
                opened);
    }
}

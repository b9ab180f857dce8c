package dev.portcullis.streams.redis;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStoreContract;
import org.junit.jupiter.api.AutoClose;

/** A Redis that syncs every write to its file, and is killed and restarted between two openings. */
class RedisStreamStoreTest extends StreamStoreContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");

    @Override
    public Fixture open() throws Exception {
        RedisStreamsFixture life = RedisStreamsFixture.open(redis, clock);
        return new Fixture() {
            @Override
            public StreamStore streams() {
                return life.streams();
            }

            @Override
            public void close() {
                life.close();
                redis.kill();
                redis.restart();
            }
        };
    }
}

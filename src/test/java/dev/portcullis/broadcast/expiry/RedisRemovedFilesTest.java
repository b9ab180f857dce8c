package dev.portcullis.broadcast.expiry;

import dev.portcullis.broadcast.expiry.ExpirySweeperContract.Opened;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.streams.redis.RedisStreamsFixture;
import org.junit.jupiter.api.AutoClose;

class RedisRemovedFilesTest extends RemovedFilesContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--save", "");

    @Override
    Opened open() throws Exception {
        RedisStreamsFixture fixture = RedisStreamsFixture.open(redis, clock);
        return new Opened(fixture.streams(), fixture.rows(), fixture);
    }
}

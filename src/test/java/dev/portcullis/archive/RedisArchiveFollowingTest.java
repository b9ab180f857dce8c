package dev.portcullis.archive;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.streams.redis.RedisStreamsFixture;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import org.junit.jupiter.api.AutoClose;

class RedisArchiveFollowingTest extends ArchiveFollowingContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--save", "");

    @Override
    Opened open(ArchivedHeads heads) throws Exception {
        RedisStreamsFixture fixture = RedisStreamsFixture.open(redis, clock);
        return new Opened(fixture.followed(clock, heads), fixture.unarchived(clock), fixture.rows(), fixture);
    }
}

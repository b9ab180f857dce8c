package dev.portcullis.streams.redis;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.InboxFixture.Opened;
import java.util.function.LongSupplier;

/** Inboxes in a Redis that syncs every write to its file, and is killed and restarted between two openings. */
final class RestartedInboxes implements AutoCloseable {
    private final RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");

    Opened open(LongSupplier clock) throws Exception {
        RedisStreamsFixture life = RedisStreamsFixture.open(redis, clock);
        return new Opened(
                life.streams(), new RedisInboxStore(life.store(), clock), new BlockListStore(life.rows()), () -> {
                    life.close();
                    redis.kill();
                    redis.restart();
                });
    }

    RedisProcess redis() {
        return redis;
    }

    @Override
    public void close() {
        redis.close();
    }
}

package dev.portcullis.streams.redis;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.InboxStoreContract;
import dev.portcullis.streams.StreamName;
import org.junit.jupiter.api.AutoClose;

/** A Redis that syncs every write to its file, and is killed and restarted between two openings. */
class RedisInboxStoreTest extends InboxStoreContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");

    @Override
    protected Opened open() throws Exception {
        RedisStreamsFixture life = RedisStreamsFixture.open(redis, clock);
        return new Opened(life.streams(), new RedisInboxStore(life.store(), clock), () -> {
            life.close();
            redis.kill();
            redis.restart();
        });
    }

    @Override
    protected long backlogs() {
        return new RedisConsole(redis).count("HLEN", RedisInboxStore.backlogs(StreamName.inbox(new UserId("bob"))));
    }
}

package dev.portcullis.admin.users;

import dev.portcullis.auth.account.RedisAccountStore;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.rooms.directory.RedisRoomListStore;
import dev.portcullis.rooms.directory.RedisRoomStore;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.streams.redis.RedisErasureStore;
import dev.portcullis.streams.redis.RedisInboxStore;
import dev.portcullis.streams.redis.RedisStreamsFixture;
import dev.portcullis.uploads.ticket.RedisUploadStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;

class RedisUserDeletionTest extends UserDeletionContract {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start();

    private RedisStreamsFixture opened;

    @Override
    UserStores open() throws Exception {
        opened = RedisStreamsFixture.open(redis, System::currentTimeMillis);
        RedisStore store = opened.store();
        return new UserStores(
                new RedisAccountStore(store),
                new RedisRoomStore(store),
                new RedisRoomListStore(store),
                opened.streams(),
                new RedisInboxStore(store),
                new RedisErasureStore(store),
                new RedisUploadStore(store));
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }
}

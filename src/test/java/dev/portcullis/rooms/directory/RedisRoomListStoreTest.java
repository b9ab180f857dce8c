package dev.portcullis.rooms.directory;

import dev.portcullis.store.redis.RedisStores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisRoomListStoreTest extends RoomListStoreContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private RoomListStore store;

    @BeforeEach
    void open() throws Exception {
        store = new RedisRoomListStore(REDIS.open(), clock::get);
    }

    @Override
    RoomListStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        open();
    }
}

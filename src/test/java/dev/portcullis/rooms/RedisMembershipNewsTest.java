package dev.portcullis.rooms;

import dev.portcullis.rooms.directory.RedisRoomStore;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRowStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisMembershipNewsTest extends MembershipNewsContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private RedisStore store;

    @BeforeEach
    @Override
    void create() throws Exception {
        store = REDIS.open();
        super.create();
    }

    @Override
    RoomStore rooms() {
        return new RedisRoomStore(store);
    }

    @Override
    RoomListStore lists() {
        return new RoomListStore(new RedisRowStore(store));
    }
}

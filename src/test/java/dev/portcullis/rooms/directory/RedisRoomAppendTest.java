package dev.portcullis.rooms.directory;

import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.redis.RedisStreamStore;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisRoomAppendTest extends RoomAppendContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private RoomStore rooms;
    private StreamStore streams;

    @BeforeEach
    void open() throws Exception {
        RedisStore store = REDIS.open();
        rooms = new RoomStore(new RedisRowStore(store));
        streams = new RedisStreamStore(store, Optional.empty(), entries -> {}, Optional.empty());
    }

    @Override
    RoomStore rooms() {
        return rooms;
    }

    @Override
    StreamStore streams() {
        return streams;
    }
}

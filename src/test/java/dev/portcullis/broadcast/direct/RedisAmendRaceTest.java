package dev.portcullis.broadcast.direct;

import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.redis.RedisInboxStore;
import dev.portcullis.streams.redis.RedisStreamStore;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisAmendRaceTest extends AmendRaceContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    @Override
    DirectStage.Stores stores() throws Exception {
        RedisStore store = REDIS.open();
        return new DirectStage.Stores(
                new RedisStreamStore(store), new RedisInboxStore(store), new BlockListStore(new RedisRowStore(store)));
    }
}

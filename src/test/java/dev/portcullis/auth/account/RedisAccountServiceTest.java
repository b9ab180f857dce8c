package dev.portcullis.auth.account;

import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisAccountServiceTest extends AccountServiceContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private RowStore rows;

    @Override
    @BeforeEach
    void open(Vertx fresh) throws Exception {
        RedisStore redis = REDIS.open();
        rows = new RedisRowStore(redis);
        super.open(fresh);
    }

    @Override
    RowStore rows() {
        return rows;
    }
}

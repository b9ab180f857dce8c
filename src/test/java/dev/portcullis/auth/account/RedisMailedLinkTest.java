package dev.portcullis.auth.account;

import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisMailedLinkTest extends MailedLinkContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private RedisStore redis;
    private RowStore rows;

    @Override
    @BeforeEach
    void open(Vertx vertx) throws Exception {
        redis = REDIS.open();
        rows = new RedisRowStore(redis);
        super.open(vertx);
    }

    @Override
    RowStore rows() {
        return rows;
    }
}

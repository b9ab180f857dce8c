package dev.portcullis.auth.account;

import dev.portcullis.store.redis.RedisStores;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisAccountServiceTest extends AccountServiceContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private AccountStore store;

    @Override
    @BeforeEach
    void open(Vertx fresh) throws Exception {
        store = new RedisAccountStore(REDIS.open());
        super.open(fresh);
    }

    @Override
    AccountStore store() {
        return store;
    }
}

package dev.portcullis.auth.account;

import dev.portcullis.auth.invitation.AccountInvitationStore;
import dev.portcullis.auth.invitation.RedisAccountInvitationStore;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisMailedLinkTest extends MailedLinkContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private RedisStore redis;
    private AccountStore store;

    @Override
    @BeforeEach
    void open(Vertx vertx) throws Exception {
        redis = REDIS.open();
        store = new RedisAccountStore(redis);
        super.open(vertx);
    }

    @Override
    AccountStore store() {
        return store;
    }

    @Override
    AccountInvitationStore invitationStore() {
        return new RedisAccountInvitationStore(redis);
    }
}

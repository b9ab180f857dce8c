package dev.portcullis.auth.account;

import dev.portcullis.auth.invitation.AccountInvitationStore;
import dev.portcullis.auth.invitation.RedisAccountInvitationStore;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisAccountServiceTest extends AccountServiceContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private AccountStore store;
    private AccountInvitationStore invitations;

    @Override
    @BeforeEach
    void open(Vertx fresh) throws Exception {
        RedisStore redis = REDIS.open();
        store = new RedisAccountStore(redis);
        invitations = new RedisAccountInvitationStore(redis);
        super.open(fresh);
    }

    @Override
    AccountStore store() {
        return store;
    }

    @Override
    AccountInvitationStore invitationStore() {
        return invitations;
    }
}

package dev.portcullis.auth.account;

import dev.portcullis.auth.invitation.InvitationStore;
import dev.portcullis.auth.invitation.RedisInvitationStore;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisAccountServiceTest extends AccountServiceContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private AccountStore store;
    private InvitationStore invitations;

    @Override
    @BeforeEach
    void open(Vertx fresh) throws Exception {
        RedisStore redis = REDIS.open();
        store = new RedisAccountStore(redis);
        invitations = new RedisInvitationStore(redis);
        super.open(fresh);
    }

    @Override
    AccountStore store() {
        return store;
    }

    @Override
    InvitationStore invitationStore() {
        return invitations;
    }
}

package dev.portcullis.rooms.invitation;

import dev.portcullis.store.redis.RedisStores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisInvitationStoreTest extends InvitationStoreContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private InvitationStore store;

    @BeforeEach
    void open() throws Exception {
        store = new RedisInvitationStore(REDIS.open());
    }

    @Override
    InvitationStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        open();
    }
}

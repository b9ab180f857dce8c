package dev.portcullis.auth.invitation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.invitation.AccountInvitations.Made;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisStores;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisAccountInvitationsTest extends AccountInvitationsContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private AccountInvitationStore store;

    @BeforeEach
    void open() throws Exception {
        store = new RedisAccountInvitationStore(REDIS.open());
    }

    @Override
    AccountInvitationStore store() {
        return store;
    }

    /** Redis's own clock can't be turned: its time to live is compared with the clock of the test. */
    @Override
    boolean isKept(String code) {
        long left = Long.parseLong(REDIS.ask("PTTL", RedisAccountInvitationStore.keyOf(Sha256.base64Url(code))));
        return left < 0 ? left == -1 : System.currentTimeMillis() + left > clock.get();
    }

    @Test
    void change_of_an_invitation_keeps_its_end() throws Exception {
        AccountInvitations invitations = new AccountInvitations(store, clock::get);
        Made made = invitations.make(3_600_000).await(30, TimeUnit.SECONDS);
        invitations.take(made.code(), new UserId("u:ann")).await(30, TimeUnit.SECONDS);
        assertThat(Long.parseLong(REDIS.ask("PTTL", RedisAccountInvitationStore.keyOf(Sha256.base64Url(made.code())))))
                .isBetween(1L, 3_600_000L);
        assertThat(REDIS.keys("*" + made.code() + "*"))
                .as("the code is kept nowhere")
                .isEmpty();
    }
}

package dev.portcullis.auth.account;

import dev.portcullis.auth.invitation.AccountInvitationStore;
import dev.portcullis.auth.invitation.EmbeddedAccountInvitationStore;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMailedLinkTest extends MailedLinkContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private AccountStore store;

    @Override
    @BeforeEach
    void open(Vertx vertx) throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new EmbeddedAccountStore(engine);
        super.open(vertx);
    }

    @AfterEach
    void closeStore() {
        engine.close();
    }

    @Override
    AccountStore store() {
        return store;
    }

    @Override
    AccountInvitationStore invitationStore() {
        return new EmbeddedAccountInvitationStore(engine);
    }
}

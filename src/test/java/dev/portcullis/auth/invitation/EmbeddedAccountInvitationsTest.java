package dev.portcullis.auth.invitation;

import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedAccountInvitationsTest extends AccountInvitationsContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private AccountInvitationStore store;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new EmbeddedAccountInvitationStore(engine);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    AccountInvitationStore store() {
        return store;
    }

    @Override
    boolean isKept(String code) throws Exception {
        byte[] key = Sha256.base64Url(code).getBytes(StandardCharsets.US_ASCII);
        return engine.read(reader -> reader.get(engine.table("auth.invitations"), key) != null)
                .await(30, TimeUnit.SECONDS);
    }
}

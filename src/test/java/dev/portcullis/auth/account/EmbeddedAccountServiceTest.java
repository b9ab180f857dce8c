package dev.portcullis.auth.account;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedAccountServiceTest extends AccountServiceContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private RowStore rows;

    @Override
    @BeforeEach
    void open(Vertx fresh) throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        rows = new EmbeddedRowStore(engine, System::currentTimeMillis);
        super.open(fresh);
    }

    @AfterEach
    void closeStore() {
        engine.close();
    }

    @Test
    void where_no_account_can_be_read_no_password_counts_as_checked() throws Exception {
        UserId ann = granted(register("Ann", "ann@example.com")).profile().id();
        engine.close();

        assertThat(refusal(logIn("ann@example.com", PASSWORD))).isEqualTo(GrantRefusal.UNREAD);
        assertThat(refusal(logIn("bob@example.com", PASSWORD))).isEqualTo(GrantRefusal.UNREAD);
        assertThat(refusal(done(accounts.changePassword(new Accounts.ChangePassword(
                        ann, Optional.empty(), PASSWORD, "Another-Horse-9", Optional.empty())))))
                .isEqualTo(GrantRefusal.UNREAD);
    }

    @Override
    RowStore rows() {
        return rows;
    }
}

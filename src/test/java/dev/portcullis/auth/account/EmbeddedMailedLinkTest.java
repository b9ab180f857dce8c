package dev.portcullis.auth.account;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.mail.LinkPurpose;
import dev.portcullis.kit.Await;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
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

class EmbeddedMailedLinkTest extends MailedLinkContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private RowStore rows;

    @Override
    @BeforeEach
    void open(Vertx vertx) throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        rows = new EmbeddedRowStore(engine, System::currentTimeMillis);
        super.open(vertx);
    }

    @AfterEach
    void closeStore() {
        engine.close();
    }

    /** No place is lost: else no user could ask for a new password after an outage. */
    @Test
    void requests_for_mails_are_answered_while_the_store_fails_and_change_nothing() {
        engine.close();
        for (int number = 0; number < 1_000; number++) {
            assertThat(Await.until(
                            () -> links.askReset("ann@example.com", "192.0.2.1").isEmpty()))
                    .isTrue();
        }
        String token = AccountKeys.of(SECRET)
                .linkTokens()
                .make("A".repeat(22), LinkPurpose.VERIFY)
                .text();
        assertThatThrownBy(() -> done(links.verify(token))).isInstanceOf(StoreFailure.class);
    }

    @Override
    RowStore rows() {
        return rows;
    }
}

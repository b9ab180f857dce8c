package dev.portcullis.auth.account;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedAccountStoreTest extends AccountStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private AccountStore store;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new EmbeddedAccountStore(engine);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    AccountStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        close();
        open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\1", "\1{}", "\1{\"id\":\"u:ann\"}", "\2{\"id\":\"u:ann\"}", "{}"})
    void unreadable_row_fails_each_call_and_stays(String row) throws Exception {
        Table accounts = engine.table("auth.accounts");
        engine.write(batch -> {
                    batch.put(accounts, ANN.value().getBytes(UTF_8), row.getBytes(UTF_8));
                    return row;
                })
                .await(30, TimeUnit.SECONDS);

        assertThatThrownBy(() -> find(ANN)).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(
                        () -> store.update(ANN, state -> Change.to(state, "x")).await(30, TimeUnit.SECONDS))
                .isInstanceOf(StoreFailure.class);
    }
}

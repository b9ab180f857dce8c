package dev.portcullis.ratelimit.ban;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedBanStoreTest extends BanStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private BanStore store;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = await(EmbeddedBanStore.open(engine, () -> MAX, clock::get));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    BanStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        close();
        open();
    }

    @Test
    void step_that_was_not_persisted_is_taken_back() throws Exception {
        Ban kept = ban(ANN, Origin.OPERATOR, Ban.FOREVER);
        add(kept);
        engine.close();

        assertThatThrownBy(() -> add(ban(address(1), Origin.OPERATOR, Ban.FOREVER)))
                .isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> lift(ANN)).isInstanceOf(StoreFailure.class);

        assertThat(read()).containsExactly(kept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "2 rule 1 1 x", "1 friend 1 1 x", "1 rule soon 1 x"})
    void unreadable_row_fails_the_start(String row) throws Exception {
        Table rows = engine.table("ratelimit.bans");
        await(engine.write(batch -> {
            batch.put(rows, ANN.key().getBytes(StandardCharsets.UTF_8), row.getBytes(StandardCharsets.UTF_8));
            return row;
        }));

        assertThatThrownBy(this::reopen).isInstanceOf(StoreFailure.class);
    }
}

package dev.portcullis.hooks.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedOutboxTest extends HookOutboxContract {
    @TempDir
    Path folder;

    private EmbeddedStore store;

    @BeforeEach
    void open() throws Exception {
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    HookOutbox outbox(OutboxConfig config) throws Exception {
        return done(EmbeddedOutbox.open(store, config, clock::get));
    }

    @Test
    void what_the_last_run_held_ends_with_the_next_start_and_its_events_wait_still() throws Exception {
        HookOutbox former = outbox(config());
        begin(former, 2);
        done(former.end(LANE, "s1"));
        close();
        open();

        HookOutbox next = outbox(config());
        assertThat(ids(claim(next).orElseThrow())).containsExactly("s0.opened", "s1.opened", "s1.closed", "s0.closed");
        assertThat(json(claim(next).orElseThrow(), 3).getString("cause")).isEqualTo("node_lost");
        close();
        open();
        assertThat(claim(outbox(config())).orElseThrow().events()).hasSize(4);
    }
}

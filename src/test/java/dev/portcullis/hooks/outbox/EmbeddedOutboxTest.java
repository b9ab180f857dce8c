package dev.portcullis.hooks.outbox;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.RowStore;
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
    RowStore rows() {
        return new EmbeddedRowStore(store, clock::get);
    }

    /** As a node that starts does. */
    private HookOutbox started() throws Exception {
        HookOutbox outbox = outbox(config());
        done(outbox.endAll());
        return outbox;
    }

    @Test
    void what_the_last_run_held_ends_with_the_next_start_and_its_events_wait_still() throws Exception {
        HookOutbox former = started();
        begin(former, 2);
        done(former.end(LANE, "s1", HookType.SESSION_CLOSED));
        close();
        open();

        HookOutbox next = started();
        assertThat(ids(claim(next).orElseThrow())).containsExactly("s0.opened", "s1.opened", "s1.closed", "s0.closed");
        assertThat(json(claim(next).orElseThrow(), 3).getString("cause")).isEqualTo("node_lost");
        close();
        open();
        assertThat(claim(started()).orElseThrow().events()).hasSize(4);
    }
}

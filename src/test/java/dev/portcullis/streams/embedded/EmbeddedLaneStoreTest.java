package dev.portcullis.streams.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LaneTick;
import dev.portcullis.streams.lane.LaneStore.Lease;
import dev.portcullis.streams.lane.LaneStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedLaneStoreTest extends LaneStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStreamsFixture life;

    @BeforeEach
    void open() throws Exception {
        life = EmbeddedStreamsFixture.open(folder, clock);
    }

    @AfterEach
    void close() {
        life.close();
    }

    @Override
    public LaneStore lanes() {
        return life.streams().lanes();
    }

    @Override
    public StreamStore streams() {
        return life.streams();
    }

    /** No other node could expire it, and no session outlives the process. */
    @Test
    void lease_without_renewal_is_held_for_any_time() throws Exception {
        LaneTick tick = tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(60_000);
        assertThat(tick("n:1", 60_000, tick.cursor()).lease()).isEqualTo(Lease.HELD);
    }
}

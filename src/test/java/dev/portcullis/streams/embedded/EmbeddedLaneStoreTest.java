package dev.portcullis.streams.embedded;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LaneTick;
import dev.portcullis.streams.lane.LaneStore.Lease;
import dev.portcullis.streams.lane.LaneStoreContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

    /** Its head begins again below the one that the node knows. */
    @Test
    void cut_off_behind_forgotten_ones_is_not_taken_for_known() throws Exception {
        append(3);
        LaneCursor known = tick("n:1", 0, LaneCursor.unknown(LANE)).cursor();
        clock.pass(TimeUnit.DAYS.toMillis(32));
        sweep(); // deletes the entries
        sweep(); // forgets the record
        append(1);
        LaneCursor newest = done(life.store().readFew(reader -> life.streams().cursor(reader, LANE)));
        assertThat(known.includes(newest)).isFalse();
        LaneTick tick = tick("n:1", 0, known);
        assertThat(tick.complete()).isFalse();
        assertThat(tick.cursor().includes(newest)).isTrue();
        assertThat(tick("n:1", 0, tick.cursor()).complete()).isTrue();
    }

    /** A row is due again a millisecond after a sweep at the earliest. */
    private void sweep() throws Exception {
        clock.pass(1);
        done(life.streams().sweep());
    }

    private void append(int entries) throws Exception {
        for (int i = 0; i < entries; i++) {
            done(life.streams()
                    .append(new AppendRequest(
                            StreamName.cutoffs(LANE),
                            new StreamWindow(1_000, TimeUnit.HOURS.toMillis(1)),
                            0,
                            "x".getBytes(StandardCharsets.UTF_8),
                            Optional.empty(),
                            Optional.empty(),
                            Long.MAX_VALUE)));
        }
    }
}

package dev.portcullis.streams.embedded;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LaneTick;
import dev.portcullis.streams.lane.LaneStore.Lease;
import dev.portcullis.streams.lane.LaneStore.LeaseHolder;
import dev.portcullis.streams.lane.LaneStore.Moved;
import dev.portcullis.streams.lane.LaneStoreContract;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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

    /** An idle node ticks all its lanes twice a second. */
    @Test
    void tick_of_all_lanes_reads_no_records_unless_one_was_written() throws Exception {
        append(1);
        List<LaneTick> first = tickAll(unknown()).ticks;
        CountedTicks idle = tickAll(cursors(first));
        assertThat(idle.reads).isEqualTo(2);
        assertThat(idle.ticks).extracting(LaneTick::cursor).isEqualTo(cursors(first));
        assertThat(idle.ticks).flatExtracting(LaneTick::moved).isEmpty();
        append(1);
        CountedTicks moved = tickAll(cursors(idle.ticks));
        assertThat(moved.ticks)
                .flatExtracting(LaneTick::moved)
                .extracting(Moved::stream)
                .containsExactly(StreamName.cutoffs(LANE));
        assertThat(tickAll(cursors(moved.ticks)).reads).isEqualTo(2);
    }

    @Test
    void tick_of_all_lanes_from_another_run_is_answered_from_memory_too() throws Exception {
        append(2);
        List<LaneTick> known = tickAll(unknown()).ticks;
        CountedTicks again = tickAll(unknown());
        assertThat(again.reads).isEqualTo(2);
        assertThat(again.ticks).isEqualTo(known).noneMatch(LaneTick::complete);
        life.close();
        open();
        append(1); // begins a run
        List<LaneTick> restarted = tickAll(cursors(known)).ticks;
        assertThat(restarted).noneMatch(LaneTick::complete);
        assertThat(restarted.get(LANE).cursor().laneSeq()).isEqualTo(3);
    }

    @Test
    void tick_of_all_lanes_begun_after_an_ack_reports_the_entry() throws Exception {
        List<LaneCursor> known = cursors(tickAll(unknown()).ticks);
        for (int round = 0; round < 200; round++) {
            Future<List<LaneTick>> concurrent = lanes().tick(new LeaseHolder("n:1", 0), known);
            append(1);
            List<LaneCursor> after = cursors(tickAll(known).ticks);
            assertThat(after.get(LANE).laneSeq()).isEqualTo(round + 1);
            assertThat(done(concurrent)).hasSize(Lanes.COUNT);
            known = after;
        }
    }

    private static List<LaneCursor> unknown() {
        return IntStream.range(0, Lanes.COUNT).mapToObj(LaneCursor::unknown).toList();
    }

    private static List<LaneCursor> cursors(List<LaneTick> ticks) {
        return ticks.stream().map(LaneTick::cursor).toList();
    }

    private CountedTicks tickAll(List<LaneCursor> cursors) throws Exception {
        EmbeddedLaneStore lanes = (EmbeddedLaneStore) lanes();
        return done(life.store().read(reader -> {
            CountingReader counting = new CountingReader(reader);
            return new CountedTicks(lanes.ticks(counting, cursors), counting);
        }));
    }

    private static final class CountedTicks {
        private final List<LaneTick> ticks;
        private final int reads;

        CountedTicks(List<LaneTick> ticks, CountingReader reader) {
            this.ticks = ticks;
            this.reads = reader.gets;
        }
    }

    private static final class CountingReader implements Reader {
        private final Reader reader;
        private int gets;

        CountingReader(Reader reader) {
            this.reader = reader;
        }

        @Override
        public byte @Nullable [] get(Table table, byte[] key) {
            gets++;
            return reader.get(table, key);
        }

        @Override
        public void scan(Table table, byte[] from, byte[] to, Visitor visitor) {
            reader.scan(table, from, to, visitor);
        }

        @Override
        public void scanBack(Table table, byte[] from, byte[] to, Visitor visitor) {
            reader.scanBack(table, from, to, visitor);
        }
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

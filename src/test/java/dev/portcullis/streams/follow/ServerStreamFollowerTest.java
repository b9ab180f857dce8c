package dev.portcullis.streams.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RetainResult;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.Moved;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Reads are answered by the test. What is passed on too early opens the gate for sessions that were cut off (CWE-613).
 */
@ExtendWith(VertxExtension.class)
class ServerStreamFollowerTest {
    private static final int LANE = 17;
    private static final StreamName STREAM = StreamName.cutoffs(LANE);
    private static final StreamName OTHER = StreamName.cutoffs(LANE + 1);

    private final ScriptedReads reads = new ScriptedReads();
    private boolean failing;
    private final List<String> reported = new ArrayList<>();
    private final List<Integer> hints = new ArrayList<>();
    private ServerStreamFollower follower;

    @BeforeEach
    void open(Vertx vertx) {
        StreamsConfig config = StreamsConfig.read(
                Section.root(Map.of("readMs", 5_000L), new ConfigReading(Map.of(), Path.of("."))), 1);
        follower = new ServerStreamFollower(
                new StreamReader(vertx, reads, config), List.of(STREAM, OTHER), hints::add, new Reports());
    }

    @Test
    void stream_is_followed_from_its_head() {
        follower.compareAll(LANE);
        reads.answer(new Slice(at(7), false, List.of(), false));
        move();
        assertThat(reads.cursors).containsExactly(Optional.empty(), Optional.of(at(7)));
        assertThat(reported).isEmpty();
    }

    @Test
    void lane_read_is_passed_on_after_the_entries_that_it_showed() {
        begin();
        move();
        follower.laneRead(read(2));
        assertThat(reported).isEmpty();
        reads.answer(slice(1, 2));
        assertThat(reported).containsExactly("1", "2", "head 2");
    }

    @Test
    void lane_read_of_a_stream_that_did_not_move_is_passed_on_at_once() {
        begin();
        follower.laneRead(read(2));
        assertThat(reported).containsExactly("head 2");
        assertThat(reads.cursors).hasSize(1);
    }

    /** The read that is under way may have begun before the second entry was appended. */
    @Test
    void move_during_a_read_is_read_before_the_lane_read_is_passed_on() {
        begin();
        move();
        move();
        move();
        follower.laneRead(read(2));
        assertThat(reads.waiting()).as("one read at a time").isEqualTo(1);
        reads.answer(slice(1, 1));
        assertThat(reported).containsExactly("1");
        reads.answer(slice(2, 2));
        assertThat(reported).containsExactly("1", "2", "head 2");
        assertThat(reads.waiting()).isZero();
    }

    @Test
    void long_stream_is_read_to_its_end_in_parts() {
        begin();
        move();
        follower.laneRead(read(2));
        reads.answer(new Slice(at(9), true, entries(1, 3), true));
        assertThat(reported).containsExactly("1", "2", "3");
        assertThat(reads.cursors).last().isEqualTo(Optional.of(at(3)));
        reads.answer(slice(4, 9));
        assertThat(reported).endsWith("9", "head 2");
    }

    @Test
    void failed_read_is_repeated_at_the_next_lane_read_and_holds_all_back() {
        begin();
        move();
        follower.laneRead(read(2));
        reads.fail();
        assertThat(reported).isEmpty();
        follower.laneRead(read(3));
        assertThat(reported).isEmpty();
        reads.answer(slice(1, 1));
        assertThat(reported).containsExactly("1", "head 3");
    }

    @Test
    void first_lane_read_causes_a_first_read() {
        follower.laneRead(read(1));
        assertThat(reported).isEmpty();
        reads.answer(new Slice(at(0), true, List.of(), false));
        assertThat(reported).containsExactly("head 1");
    }

    @Test
    void entries_that_the_store_no_longer_has_are_reported_before_the_lane_read() {
        begin();
        move();
        follower.laneRead(read(2));
        reads.answer(new Slice(at(9), false, List.of(), false));
        assertThat(reported).isEmpty();
        assertThat(reads.keptReads).isOne();
        reads.answer(new Slice(at(9), true, entries(8, 9), false));
        assertThat(reported).containsExactly("8", "9", "missed", "head 2");
        move();
        assertThat(reads.cursors).last().isEqualTo(Optional.of(at(9)));
    }

    @Test
    void failed_read_of_what_is_kept_is_repeated() {
        begin();
        move();
        reads.answer(new Slice(at(9), false, List.of(), false));
        reads.fail();
        follower.laneRead(read(2));
        reads.answer(new Slice(at(9), false, List.of(), false));
        reads.answer(new Slice(at(9), true, entries(8, 9), false));
        assertThat(reported).containsExactly("8", "9", "missed", "head 2");
    }

    /** Otherwise entries that no listener has taken would count as read, and a cut-off among them would never apply. */
    @Test
    void entries_that_the_listener_failed_on_are_read_again_and_no_lane_read_passes_before() {
        begin();
        move();
        failing = true;
        reads.answer(slice(1, 1)); // Vert.x logs the bug
        assertThat(reported).isEmpty();
        follower.laneRead(read(2));
        failing = false;
        reads.answer(slice(1, 1));
        assertThat(reported).containsExactly("1", "head 2");
    }

    @Test
    void other_streams_are_not_read() {
        begin();
        follower.moved(LANE, List.of(new Moved(StreamName.inbox(new UserId("ann")), 1)));
        follower.moved(LANE + 2, List.of(new Moved(StreamName.cutoffs(LANE + 2), 1)));
        follower.laneRead(new LaneRead(LaneCursor.unknown(LANE + 2), 1, 1));
        assertThat(reads.waiting()).isZero();
        assertThat(reported).isEmpty();
    }

    @Test
    void hint_asks_for_a_lane_read() {
        follower.readLane(LANE);
        assertThat(hints).containsExactly(LANE);
    }

    private void begin() {
        follower.compareAll(LANE);
        reads.answer(new Slice(at(0), true, List.of(), false));
        reported.clear();
    }

    private void move() {
        follower.moved(LANE, List.of(new Moved(STREAM, 1)));
    }

    private static LaneRead read(long beganAt) {
        return new LaneRead(LaneCursor.unknown(LANE), beganAt, beganAt);
    }

    private static Position at(long seq) {
        return new Position("e", seq);
    }

    private static Slice slice(long first, long last) {
        return new Slice(at(last), true, entries(first, last), false);
    }

    private static List<StreamEntry> entries(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(seq -> new StreamEntry(STREAM, at(seq), 0, new byte[0]))
                .toList();
    }

    private final class Reports implements ServerStreamFollower.Listener {
        @Override
        public void appended(StreamName stream, List<StreamEntry> entries) {
            assertThat(stream).isEqualTo(STREAM);
            if (failing) {
                throw new IllegalStateException("a bug of the listener");
            }
            entries.forEach(
                    entry -> reported.add(String.valueOf(entry.position().seq())));
        }

        @Override
        public void missed(StreamName stream) {
            reported.add("missed");
        }

        @Override
        public void readToHead(StreamName stream, LaneRead laneRead) {
            reported.add("head " + laneRead.beganAt());
        }
    }

    /** A store whose reads the test answers, in order. */
    private static final class ScriptedReads implements StreamStore {
        private final Deque<Promise<Slice>> waiting = new ArrayDeque<>();
        private final List<Optional<Position>> cursors = new ArrayList<>();
        private int keptReads;

        void answer(Slice slice) {
            waiting.remove().complete(slice);
        }

        void fail() {
            waiting.remove().fail(new StoreFailure("away"));
        }

        int waiting() {
            return waiting.size();
        }

        @Override
        public Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
            Promise<Slice> answer = Promise.promise();
            waiting.add(answer);
            cursors.add(since);
            return answer.future();
        }

        @Override
        public Future<AppendResult> append(AppendRequest append) {
            throw new AssertionError("a follower only reads");
        }

        @Override
        public Future<Position> head(StreamName stream) {
            throw new AssertionError("a follower resumes");
        }

        @Override
        public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
            assertThat(after).isZero();
            keptReads++;
            Promise<Slice> answer = Promise.promise();
            waiting.add(answer);
            return answer.future();
        }

        @Override
        public Future<Slice> before(StreamName stream, long before, Bounds bounds) {
            throw new AssertionError("a follower resumes");
        }

        @Override
        public Future<Optional<StoredMessage>> find(StreamName stream, String messageId, int searched) {
            throw new AssertionError("a follower only reads");
        }

        @Override
        public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
            throw new AssertionError("a follower resumes");
        }

        @Override
        public Future<Access> access(StreamName stream, UserId user) {
            throw new AssertionError("a follower resumes");
        }

        @Override
        public Future<RetainResult> retain(StreamName stream, OwnRetention own, StreamWindow window, Permit permit) {
            throw new AssertionError("a follower only reads");
        }

        @Override
        public Future<Void> noteDetachment(StreamName stream) {
            throw new AssertionError("a follower resumes");
        }

        @Override
        public Future<Set<UserId>> barred(StreamName stream, Set<UserId> among) {
            throw new AssertionError("a follower resumes");
        }
    }
}

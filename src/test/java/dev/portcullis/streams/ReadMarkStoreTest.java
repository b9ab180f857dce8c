package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.streams.StreamStore.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadMarkStoreTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName OTHER = StreamName.room(new RoomId("lobby2"));
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");
    private static final UserId DAN = new UserId("dan");
    private static final long KEPT_MS = 1_000;

    private final SettableClock clock = new SettableClock();
    private final MemoryRowStore rows = new MemoryRowStore(clock);
    private final ReadMarkStore marks = new ReadMarkStore(rows);
    private long head = 100;
    private int most = 2;

    @Test
    void mark_moves_forward_only() throws Exception {
        assertThat(mark(ANN, 3)).hasValue(3);
        assertThat(mark(ANN, 3)).isEmpty();
        assertThat(mark(ANN, 2)).isEmpty();
        assertThat(mark(ANN, 4)).hasValue(4);
        assertThat(mark(BOB, 1)).hasValue(1);
        assertThat(seqOf(ANN)).isEqualTo(4);
        assertThat(seqOf(CAROL)).isZero();
    }

    @Test
    void mark_beyond_the_head_is_at_the_head() throws Exception {
        head = 0;
        assertThat(mark(ANN, 7)).isEmpty();
        head = 2;
        assertThat(mark(ANN, 7)).hasValue(2);
        head = 3;
        assertThat(mark(ANN, 3)).hasValue(3);
        assertThat(mark(BOB, 0)).isEmpty();
        assertThat(mark(BOB, -1)).isEmpty();
    }

    @Test
    void same_mark_again_asks_nothing_of_the_store() throws Exception {
        mark(ANN, 3);
        Access access = access(ANN);
        int before = rows.calls();

        assertThat(marks.mark(LOBBY, ANN, 3, access, most).result()).isEmpty();

        assertThat(rows.calls()).isEqualTo(before);
    }

    /** Another device of the member marked after this one's access was read. */
    @Test
    void mark_moves_not_back_where_the_access_was_read_before_a_later_mark() throws Exception {
        head = 2;
        Access earlier = access(ANN);
        head = 5;
        assertThat(mark(ANN, 5)).hasValue(5);

        assertThat(marks.mark(LOBBY, ANN, 2, earlier, most).result()).isEmpty();

        assertThat(seqOf(ANN)).isEqualTo(5);
    }

    /** The mark of the access became void meanwhile, and its row may be gone. */
    @Test
    void mark_that_is_new_although_the_access_told_one_is_counted() throws Exception {
        mark(ANN, 3);
        Access access = access(ANN);
        rows.forget(any -> true);
        mark(BOB, 1);
        mark(CAROL, 2);

        assertThat(marks.mark(LOBBY, ANN, 4, access, most).result()).hasValue(4);

        assertThat(seqOf(BOB)).isZero();
        assertThat(seqOf(CAROL)).isEqualTo(2);
    }

    @Test
    void marks_of_two_rooms_do_not_mix() throws Exception {
        assertThat(mark(ANN, 2)).hasValue(2);
        assertThat(marks.mark(OTHER, ANN, 1, access(BOB), most).result()).hasValue(1);
        assertThat(seqOf(ANN)).isEqualTo(2);
    }

    @Test
    void new_mark_of_a_full_room_replaces_the_one_furthest_behind() throws Exception {
        mark(ANN, 3);
        mark(BOB, 2);
        assertThat(mark(CAROL, 1)).hasValue(1);
        assertThat(seqOf(BOB)).isZero();
        assertThat(mark(ANN, 3)).as("is kept").isEmpty();
        assertThat(mark(BOB, 1)).as("is not kept, and replaces Carol's").hasValue(1);
        assertThat(mark(BOB, 2)).hasValue(2);
        assertThat(mark(ANN, 2)).isEmpty();
    }

    /** A hundred reads itself, and reads the other number. */
    @Test
    void order_of_the_marks_is_that_of_their_numbers() throws Exception {
        mark(ANN, 100);
        mark(BOB, 9);
        mark(CAROL, 20);
        assertThat(seqOf(BOB)).isZero();
        mark(CAROL, 21);
        mark(DAN, 22);
        assertThat(seqOf(CAROL)).isZero();
        assertThat(seqOf(ANN)).isEqualTo(100);
    }

    @Test
    void number_of_marks_shrinks_with_each_new_one_where_fewer_may_be_kept_than_before() throws Exception {
        most = 10;
        List<UserId> members = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            members.add(new UserId("member-" + i));
            mark(members.get(i), 1 + i);
        }
        most = 7;
        for (int i = 0; i < 3; i++) {
            mark(new UserId("new-" + i), 50);
        }
        assertThat(members.subList(0, 6)).allMatch(member -> seqOf(member) == 0);
        assertThat(members.subList(6, 10)).noneMatch(member -> seqOf(member) == 0);
        mark(ANN, 60);
        assertThat(seqOf(members.get(6))).isZero();
        assertThat(seqOf(members.get(7))).isEqualTo(8);
    }

    @Test
    void rows_of_a_room_are_bounded_however_often_its_members_mark() throws Exception {
        for (int seq = 1; seq <= 30; seq++) {
            for (UserId member : List.of(ANN, BOB, CAROL)) {
                mark(member, seq);
            }
        }
        assertThat(rows.keysOf(ReadMarks.TABLE))
                .as("two of each mark, and their number")
                .hasSize(2 * most + 1);
    }

    /** The stream may have been forgotten, so that another one has its name. */
    @Test
    void mark_is_void_once_the_stream_may_have_been_forgotten_and_can_be_made_again() throws Exception {
        mark(ANN, 50);
        mark(BOB, 50);
        clock.pass(KEPT_MS - 1);
        assertThat(seqOf(ANN)).isEqualTo(50);
        clock.pass(1);
        assertThat(seqOf(ANN)).isZero();
        assertThat(mark(ANN, 3)).hasValue(3);
        assertThat(seqOf(ANN)).isEqualTo(3);
        assertThat(rows.keysOf(ReadMarks.TABLE)).hasSize(2 * most + 1);
        mark(CAROL, 1);
        assertThat(seqOf(ANN)).as("is furthest behind by its new mark").isZero();
    }

    @Test
    void mark_that_is_beyond_the_head_is_of_an_earlier_stream() throws Exception {
        mark(ANN, 50);
        head = 49;
        assertThat(seqOf(ANN)).isZero();
    }

    @Test
    void stream_that_is_about_to_be_forgotten_takes_no_mark() throws Exception {
        Access access = new Access(new Position("epoch", head), false, false, 0, clock.getAsLong());
        assertThat(marks.mark(LOBBY, ANN, 3, access, most).result()).isEmpty();
        assertThat(rows.keysOf(ReadMarks.TABLE)).isEmpty();
    }

    private OptionalLong mark(UserId member, long seq) throws Exception {
        return marks.mark(LOBBY, member, seq, access(member), most).await(30, TimeUnit.SECONDS);
    }

    /** What {@link StreamStore#access} tells. */
    private Access access(UserId member) {
        return new Access(new Position("epoch", head), false, false, seqOf(member), clock.getAsLong() + KEPT_MS);
    }

    private long seqOf(UserId member) {
        ReadMarks of = new ReadMarks(LOBBY);
        return rows.read(LOBBY.lane(), ReadSet.of(of.row(member)))
                .map(found -> ReadMarks.seqOf(found.get(of.row(member)), head, found.now()))
                .result();
    }
}

package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.ANN;
import static dev.portcullis.streams.StreamStoreContract.KEPT;
import static dev.portcullis.streams.StreamStoreContract.LOBBY;
import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of every store of read marks, together with its store of streams. */
public abstract class ReadMarkStoreContract {
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");
    private static final StreamName OTHER = StreamName.room(new RoomId("other"));
    private static final int MOST = 2;

    protected final SettableClock clock = new SettableClock();
    private Opened opened;

    protected abstract Opened open() throws Exception;

    /** An open store. */
    public record Opened(StreamStore streams, ReadMarkStore marks, AutoCloseable closing) {}

    @BeforeEach
    void begin() throws Exception {
        opened = open();
    }

    @AfterEach
    void end() throws Exception {
        opened.closing().close();
    }

    @Test
    void mark_moves_forward_only() throws Exception {
        append(LOBBY, 5);
        assertThat(mark(ANN, 3)).hasValue(3);
        assertThat(mark(ANN, 3)).isEmpty();
        assertThat(mark(ANN, 2)).isEmpty();
        assertThat(mark(ANN, 4)).hasValue(4);
        assertThat(mark(BOB, 1)).hasValue(1);
    }

    @Test
    void mark_beyond_the_head_is_at_the_head() throws Exception {
        assertThat(mark(ANN, 7)).isEmpty();
        append(LOBBY, 2);
        assertThat(mark(ANN, 7)).hasValue(2);
        append(LOBBY, 1);
        assertThat(mark(ANN, 3)).hasValue(3);
        assertThat(mark(BOB, 0)).isEmpty();
        assertThat(mark(BOB, -1)).isEmpty();
    }

    @Test
    void marks_of_two_rooms_do_not_mix() throws Exception {
        append(LOBBY, 2);
        append(OTHER, 1);
        assertThat(mark(ANN, 2)).hasValue(2);
        assertThat(await(opened.marks().mark(OTHER, ANN, 1, MOST))).hasValue(1);
    }

    @Test
    void new_mark_of_a_full_room_replaces_the_one_furthest_behind() throws Exception {
        append(LOBBY, 5);
        mark(ANN, 3);
        mark(BOB, 2);
        assertThat(mark(CAROL, 1)).hasValue(1);
        assertThat(mark(ANN, 3)).as("is kept").isEmpty();
        assertThat(mark(BOB, 1)).as("is not kept, and replaces Carol's").hasValue(1);
        assertThat(mark(BOB, 2)).hasValue(2);
        assertThat(mark(ANN, 2)).isEmpty();
    }

    @Test
    void access_to_a_room_tells_the_mark_of_the_user() throws Exception {
        assertThat(readSeq(ANN)).isZero();
        append(LOBBY, 5);
        mark(ANN, 3);
        mark(BOB, 5);
        assertThat(readSeq(ANN)).isEqualTo(3);
        assertThat(readSeq(BOB)).isEqualTo(5);
        assertThat(readSeq(CAROL)).isZero();
    }

    @Test
    void concurrent_marks_of_one_member_end_at_the_highest() throws Exception {
        append(LOBBY, 40);
        List<Future<OptionalLong>> all = LongStream.rangeClosed(1, 40)
                .mapToObj(seq -> opened.marks().mark(LOBBY, ANN, (seq * 7) % 41, MOST))
                .toList();
        for (Future<OptionalLong> each : all) {
            await(each);
        }
        assertThat(mark(ANN, 40)).isEmpty();
    }

    private long readSeq(UserId user) throws Exception {
        return await(opened.streams().access(LOBBY, user)).readSeq();
    }

    private OptionalLong mark(UserId user, long seq) throws Exception {
        return await(opened.marks().mark(LOBBY, user, seq, MOST));
    }

    private void append(StreamName room, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            await(opened.streams()
                    .append(new AppendRequest(
                            room,
                            KEPT,
                            clock.getAsLong(),
                            new byte[] {'x'},
                            Optional.empty(),
                            Optional.empty(),
                            Long.MAX_VALUE)));
        }
    }
}

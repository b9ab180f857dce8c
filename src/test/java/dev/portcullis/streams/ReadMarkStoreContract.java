package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.ANN;
import static dev.portcullis.streams.StreamStoreContract.KEPT;
import static dev.portcullis.streams.StreamStoreContract.LOBBY;
import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds of read marks in every store, together with its streams. */
public abstract class ReadMarkStoreContract {
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");
    private static final int MOST = 2;

    protected final SettableClock clock = new SettableClock();
    protected Opened opened;

    protected abstract Opened open() throws Exception;

    /** An open store. */
    public record Opened(StreamStore streams, RowStore rows, AutoCloseable closing) {}

    @BeforeEach
    void begin() throws Exception {
        opened = open();
    }

    @AfterEach
    void end() throws Exception {
        opened.closing().close();
    }

    @Test
    void access_to_a_room_tells_the_mark_of_the_user_and_how_long_it_can_be_kept() throws Exception {
        assertThat(readSeq(ANN)).isZero();
        append(5);
        assertThat(mark(ANN, 3)).hasValue(3);
        assertThat(mark(BOB, 7)).hasValue(5);
        assertThat(readSeq(ANN)).isEqualTo(3);
        assertThat(readSeq(BOB)).isEqualTo(5);
        assertThat(readSeq(CAROL)).isZero();
        assertThat(keptMs()).isGreaterThan(KEPT.ageMs());
        mark(CAROL, 5);
        assertThat(readSeq(ANN)).as("was furthest behind").isZero();
    }

    @Test
    void mark_is_void_when_its_room_could_have_been_forgotten_without_an_append_since() throws Exception {
        append(2);
        mark(ANN, 1);
        clock.pass(keptMs() - 10_000);
        append(1);
        assertThat(readSeq(ANN)).isEqualTo(1);
        clock.pass(20_000); // the end was read a little later than the mark was made
        assertThat(readSeq(ANN)).isZero();
        assertThat(mark(ANN, 1)).hasValue(1);
        assertThat(readSeq(ANN)).isEqualTo(1);
    }

    @Test
    void concurrent_marks_of_one_member_end_at_the_highest() throws Exception {
        append(40);
        List<Future<OptionalLong>> all = LongStream.rangeClosed(1, 40)
                .mapToObj(seq -> asked(ANN, (seq * 7) % 41))
                .toList();
        for (Future<OptionalLong> each : all) {
            await(each);
        }
        assertThat(readSeq(ANN)).isEqualTo(40);
    }

    @Test
    void concurrent_marks_of_many_members_leave_as_many_as_may_be_kept() throws Exception {
        append(40);
        List<UserId> members = LongStream.rangeClosed(1, 40)
                .mapToObj(number -> new UserId("member-" + number))
                .toList();
        for (Future<OptionalLong> each :
                members.stream().map(member -> asked(member, 40)).toList()) {
            await(each);
        }
        int left = 0;
        for (UserId member : members) {
            left += readSeq(member) > 0 ? 1 : 0;
        }
        assertThat(left).isEqualTo(MOST);
    }

    private long keptMs() throws Exception {
        return await(opened.streams().access(LOBBY, ANN)).keptUntil() - clock.getAsLong();
    }

    protected final long readSeq(UserId user) throws Exception {
        return await(opened.streams().access(LOBBY, user)).readSeq();
    }

    protected final OptionalLong mark(UserId user, long seq) throws Exception {
        return await(asked(user, seq));
    }

    private Future<OptionalLong> asked(UserId user, long seq) {
        return opened.streams()
                .access(LOBBY, user)
                .compose(access -> new ReadMarkStore(opened.rows()).mark(LOBBY, user, seq, access, MOST));
    }

    protected final void append(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            await(opened.streams()
                    .append(new AppendRequest(
                            LOBBY,
                            KEPT,
                            clock.getAsLong(),
                            new byte[] {'x'},
                            Optional.empty(),
                            Optional.empty(),
                            Long.MAX_VALUE)));
        }
    }
}

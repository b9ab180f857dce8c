package dev.portcullis.streams.embedded;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.ReadMarkStoreContract;
import dev.portcullis.streams.StreamName;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedReadMarkStoreTest extends ReadMarkStoreContract {
    private static final StreamName ROOM = StreamName.room(new RoomId("room"));
    private static final int MEMBERS = 300; // more than one step of the sweep deletes

    @TempDir
    Path folder;

    @TempDir
    Path own;

    @Override
    protected Opened open() throws Exception {
        EmbeddedStreamsFixture fixture = EmbeddedStreamsFixture.open(folder, clock);
        return new Opened(fixture.streams(), fixture.streams().marks(), fixture);
    }

    @Test
    void marks_are_there_after_a_restart() throws Exception {
        try (EmbeddedStreamsFixture before = EmbeddedStreamsFixture.open(own, clock)) {
            append(before);
            append(before);
            await(before.streams().marks().mark(ROOM, member(1), 2, MEMBERS));
        }
        try (EmbeddedStreamsFixture after = EmbeddedStreamsFixture.open(own, clock)) {
            assertThat(readSeq(after, 1)).isEqualTo(2);
            append(after);
            assertThat(readSeq(after, 1)).isEqualTo(2);
        }
    }

    @Test
    void marks_go_with_the_record_of_their_room() throws Exception {
        try (EmbeddedStreamsFixture life = EmbeddedStreamsFixture.open(own, clock)) {
            append(life);
            for (int i = 0; i < MEMBERS; i++) {
                await(life.streams().marks().mark(ROOM, member(i), 1, MEMBERS));
            }
            for (int i = 0; i < 3; i++) { // the entry, the record, and what lay beside it
                clock.pass(TimeUnit.DAYS.toMillis(100));
                await(life.streams().sweep());
            }
            assertThat(await(life.streams().head(ROOM)).seq()).isZero();
            append(life);
            for (int i = 0; i < MEMBERS; i++) {
                assertThat(readSeq(life, i)).isZero();
            }
        }
    }

    private static long readSeq(EmbeddedStreamsFixture life, int member) throws Exception {
        return await(life.streams().access(ROOM, member(member))).readSeq();
    }

    private static UserId member(int number) {
        return new UserId("member-" + number);
    }

    private void append(EmbeddedStreamsFixture to) throws Exception {
        await(to.streams()
                .append(new AppendRequest(
                        ROOM,
                        new Retention(10, 1_000),
                        clock.getAsLong(),
                        new byte[] {'x'},
                        Optional.empty(),
                        Optional.empty(),
                        Long.MAX_VALUE)));
    }
}

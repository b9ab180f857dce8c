package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.HoldReader;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.holds.PlacedHold;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every archive promises about the files of messages that it removes. */
interface ArchivedFileContract extends ArchiveFixture {
    ArchiveSample TO_BOB = new ArchiveSample(StreamName.inbox(ArchiveSample.BOB), "e1");
    ArchiveSample ANNS_COPY = new ArchiveSample(StreamName.inbox(ArchiveSample.ANN), "e1");

    @Test
    default void file_of_a_message_that_a_retention_removes_is_noted() throws Exception {
        add(
                ROOM.message(1, "m1", naming(1)),
                ROOM.message(2, "m2", "/api/files/" + id(2)),
                ROOM.plain(3, naming(3)),
                ROOM.edit(4, "m1", "x"),
                ROOM.message(5, "m5", naming(5, 6)),
                ROOM.message(6, "m6", naming(7)));
        assertThat(noted()).isEmpty();
        shorten(LOBBY, 6);
        reopen();
        assertThat(noted()).containsExactlyInAnyOrder(file(1), file(5), file(6));
    }

    @Test
    default void file_of_a_held_message_is_noted_too() {
        add(ROOM.message(1, "m1", naming(1)), ROOM.message(2, "m2", "x"));
        done(archive().retain(LOBBY, one(), 0, 2_000));
        Holds holds = new Holds(List.of(new PlacedHold(new Hold.OfRoom(new RoomId("lobby")), 1_000, "olga")));
        HoldReader reader = () -> Future.succeededFuture(holds);
        assertThat(done(archive().expire(2_000, reader))).isEqualTo(1);
        assertThat(noted()).containsExactly(file(1));
    }

    @Test
    default void file_of_a_message_that_is_deleted_is_noted_once() throws Exception {
        add(ROOM.message(1, "m1", naming(1, 2)), ROOM.edit(2, "m1", "x"), ROOM.message(3, "m3", naming(3)));
        add(3, ROOM.edit(4, "m3", "other text"));
        assertThat(noted()).isEmpty();
        add(4, ROOM.deletion(5, "m1"));
        reopen();
        assertThat(noted()).containsExactlyInAnyOrder(file(1), file(2));
        take();
        add(5, ROOM.edit(6, "m1", "late"), ROOM.deletion(7, "m3"));
        assertThat(noted()).containsExactly(file(3));
        take();
        shorten(LOBBY, 7);
        assertThat(noted()).isEmpty();
    }

    @Test
    default void message_that_comes_with_its_deletion_notes_its_files() {
        add(ROOM.message(1, "m1", naming(1)), ROOM.deletion(2, "m1"));
        assertThat(noted()).containsExactly(file(1));
    }

    @Test
    default void direct_message_loses_its_files_with_the_copy_of_the_recipient() {
        EntryRow sent = ANNS_COPY.message(1, "d1", naming(1));
        addTo(ANNS_COPY, sent, ANNS_COPY.message(2, "d2", "x"));
        addTo(TO_BOB, TO_BOB.message(1, "d1", naming(1)), TO_BOB.message(2, "d2", "x"));
        shorten(ANNS_COPY.stream(), 2);
        assertThat(noted()).isEmpty();
        shorten(TO_BOB.stream(), 2);
        assertThat(noted()).containsExactly(new RemovedFile(id(1), ArchiveSample.ANN, TO_BOB.stream()));
    }

    @Test
    default void deleted_direct_message_counts_in_either_inbox() {
        addTo(ANNS_COPY, ANNS_COPY.message(1, "d1", naming(1)), ANNS_COPY.deletion(2, "d1"));
        assertThat(noted()).containsExactly(new RemovedFile(id(1), ArchiveSample.ANN, ANNS_COPY.stream()));
    }

    @Test
    default void file_names_its_author() {
        EntryRow byBob =
                ROOM.row(1, EntryState.MESSAGE, 0, Optional.of(new Message("m1", ArchiveSample.BOB)), naming(1));
        add(byBob, ROOM.message(2, "m2", naming(2)), ROOM.message(3, "m3", "x"));
        shorten(LOBBY, 3);
        assertThat(noted()).containsExactlyInAnyOrder(new RemovedFile(id(1), ArchiveSample.BOB, LOBBY), file(2));
    }

    /** The deletion of a user ends all files of the user; those of others stay for them. */
    @Test
    default void user_who_is_erased_and_inbox_that_is_cleared_note_nothing() {
        add(ROOM.message(1, "m1", naming(1)));
        addTo(TO_BOB, TO_BOB.message(1, "d1", naming(2)));
        done(archive().erase(Erasure.ofTexts(ArchiveSample.ANN, new UserId("deleted")), Long.MAX_VALUE));
        done(archive().clear(TO_BOB.stream(), new Position("e1", 1)));
        assertThat(noted()).isEmpty();
    }

    @Test
    default void many_files_are_handed_over_in_parts_and_may_be_told_twice() throws Exception {
        add(LongStream.rangeClosed(1, 300)
                .mapToObj(seq -> ROOM.message(seq, "m" + seq, naming(2 * seq, 2 * seq + 1)))
                .toArray(EntryRow[]::new));
        shorten(LOBBY, 300);
        List<RemovedFile> some = done(archive().removedFiles(100));
        assertThat(some).hasSize(100).doesNotHaveDuplicates();
        reopen();
        assertThat(done(archive().removedFiles(100))).containsExactlyInAnyOrderElementsOf(some);
        done(archive().filesTaken(some));
        done(archive().filesTaken(some));
        assertThat(noted()).hasSize(498).doesNotContainAnyElementsOf(some);
        take();
        assertThat(noted()).isEmpty();
        done(archive().filesTaken(List.of()));
    }

    private static String id(long number) {
        return String.format("%032x", number);
    }

    private static RemovedFile file(long number) {
        return new RemovedFile(id(number), ArchiveSample.ANN, LOBBY);
    }

    private static String naming(long... files) {
        StringBuilder body = new StringBuilder("\"type\":\"chat\",\"content\":\"see\",\"attachments\":[");
        for (long file : files) {
            body.append("{\"type\":\"file\",\"url\":\"https://h/api/files/")
                    .append(id(file))
                    .append("\",\"name\":\"a\"},");
        }
        return body.append("]}").toString();
    }

    private void shorten(StreamName stream, long newest) {
        done(archive().retain(stream, one(), 0, newest * 1_000));
        done(archive().expire(newest * 1_000));
    }

    private List<RemovedFile> noted() {
        return done(archive().removedFiles(1_000));
    }

    private void take() {
        done(archive().filesTaken(noted()));
    }

    private void add(long from, EntryRow... rows) {
        assertThat(done(archive().add(List.of(ROOM.part(ROOM.at(from), rows))))).isEmpty();
    }

    private void addTo(ArchiveSample sample, EntryRow... rows) {
        assertThat(done(archive().add(List.of(sample.part(ArchiveStore.NOTHING, rows)))))
                .isEmpty();
    }

    private static StreamRetention one() {
        return new StreamRetention(OwnRetention.NONE, new Retention(1, Retention.FOREVER));
    }
}

package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.holds.HeldMessage;
import dev.portcullis.streams.holds.HeldPlace;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.HoldReader;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.holds.PlacedHold;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every archive promises about holds. The entry with seq n was stored at second n. */
interface ArchivedHoldContract extends ArchiveFixture {
    PlacedHold OF_LOBBY = new PlacedHold(new Hold.OfRoom(new RoomId("lobby")), 1_000, "olga");
    PlacedHold OF_ANN = new PlacedHold(new Hold.OfUser(ArchiveSample.ANN), 2_000, "olga");
    PlacedHold OF_BOB = new PlacedHold(new Hold.OfUser(ArchiveSample.BOB), 3_000, "olga");
    ArchiveSample INBOX = new ArchiveSample(StreamName.inbox(ArchiveSample.BOB), "e1");
    ArchiveSample HALL = new ArchiveSample(StreamName.room(new RoomId("hall")), "e1");

    @Test
    default void what_a_retention_removes_of_a_held_room_stays_as_copies() throws Exception {
        add(
                ROOM.plain(1, "joined"),
                ROOM.message(2, "m2", "helo"),
                ROOM.edit(3, "m2", "hello"),
                ROOM.message(4, "m4", "x"));
        done(archive().retain(LOBBY, one(), 0, 4_000));

        assertThat(done(archive().expire(4_000, of(OF_LOBBY, OF_BOB)))).isEqualTo(3);
        reopen();
        assertThat(held(OF_LOBBY)).containsExactly("1 joined", "2 helo", "3 hello");
        assertThat(held(OF_BOB)).isEmpty();
        assertThat(latest()).containsExactly("4 MESSAGE x");
        assertThat(done(archive().find(LOBBY, "m2"))).isEmpty();
    }

    @Test
    default void what_a_retention_removes_of_a_held_author_stays_wherever_it_was_written() {
        add(ROOM.plain(1, "joined"), ROOM.message(2, "m2", "in the lobby"), ROOM.message(3, "m3", "y"));
        addTo(
                HALL,
                HALL.message(1, "h1", "in the hall"),
                byBob(HALL, 2, "h2", "of another"),
                HALL.message(3, "h3", "y"));
        done(archive().retain(LOBBY, one(), 0, 4_000));
        done(archive().retain(HALL.stream(), one(), 0, 4_000));

        assertThat(done(archive().expire(4_000, of(OF_ANN)))).isEqualTo(4);
        assertThat(held(OF_ANN)).containsExactly("1 in the hall", "2 in the lobby");
    }

    @Test
    default void entries_that_no_hold_covers_leave_nothing() {
        add(ROOM.message(1, "m1", "a"), ROOM.message(2, "m2", "b"));
        done(archive().retain(LOBBY, one(), 0, 2_000));
        assertThat(done(archive().expire(2_000, of(OF_BOB)))).isEqualTo(1);
        assertThat(held(OF_BOB)).isEmpty();
        assertThat(held(OF_LOBBY)).isEmpty();
    }

    @Test
    default void more_held_entries_than_one_step_takes_are_all_copied() throws Exception {
        add(LongStream.rangeClosed(1, 700)
                .mapToObj(seq -> ROOM.message(seq, "m" + seq, "text " + seq))
                .toArray(EntryRow[]::new));
        done(archive().retain(LOBBY, one(), 0, 700_000));
        assertThat(done(archive().expire(700_000, of(OF_LOBBY, OF_ANN)))).isEqualTo(699);
        reopen();
        assertThat(held(OF_LOBBY)).hasSize(699).startsWith("1 text 1").endsWith("699 text 699");
        assertThat(held(OF_ANN)).hasSize(699);
    }

    @Test
    default void a_sweep_whose_holds_cant_be_read_removes_nothing() {
        add(ROOM.message(1, "m1", "a"), ROOM.message(2, "m2", "b"));
        done(archive().retain(LOBBY, one(), 0, 2_000));
        Future<Long> swept = archive().expire(2_000, () -> Future.failedFuture(new IllegalStateException("away")));
        assertThat(done(swept.otherwise(-1L))).isEqualTo(-1);
        assertThat(done(archive().expire(2_000, of(OF_LOBBY)))).isEqualTo(1);
        assertThat(held(OF_LOBBY)).containsExactly("1 a");
    }

    @Test
    default void an_inbox_that_is_cleared_leaves_what_a_held_author_wrote_to_it() {
        List<EntryRow> rows = new ArrayList<>();
        for (long seq = 1; seq <= 300; seq++) {
            rows.add(INBOX.message(seq, "d" + seq, "to bob " + seq));
        }
        rows.add(byBob(INBOX, 301, "d301", "by bob"));
        addTo(INBOX, rows.toArray(EntryRow[]::new));

        assertThat(done(archive().clear(INBOX.stream(), new Position("e1", 301), of(OF_ANN))))
                .isEqualTo(301);
        assertThat(held(OF_ANN)).hasSize(300).endsWith("300 to bob 300");
        assertThat(done(archive().positions(List.of(INBOX.stream()))).get(0).seq())
                .isEqualTo(301);
        assertThat(done(archive().after(INBOX.stream(), 0, PLENTY)).entries()).isEmpty();
    }

    @Test
    default void rows_of_a_message_are_those_of_all_its_amendments() {
        add(ROOM.message(1, "m1", "helo"), ROOM.message(2, "m2", "other"), ROOM.edit(3, "m1", "hello"));
        add(ROOM.edit(4, "m1", "hello!"));
        assertThat(describe(done(archive().rows(LOBBY, "m1")))).containsExactly("1 helo", "3 hello", "4 hello!");
        assertThat(done(archive().rows(LOBBY, "unknown"))).isEmpty();
        assertThat(done(archive().rows(HALL.stream(), "m1"))).isEmpty();
    }

    @Test
    default void the_first_copy_of_an_entry_stays() throws Exception {
        keep(OF_LOBBY, ROOM.message(1, "m1", "as it was"));
        keep(OF_LOBBY, ROOM.message(1, "m1", "as it is"), ROOM.message(2, "m2", "b"));
        reopen();
        assertThat(held(OF_LOBBY)).containsExactly("1 as it was", "2 b");
    }

    @Test
    default void copies_are_read_in_pages_in_the_order_in_which_they_were_stored() {
        keep(OF_ANN, INBOX.message(3, "d3", "third"), ROOM.message(1, "m1", "first"), HALL.message(2, "h2", "second"));
        keep(OF_ANN, new ArchiveSample(LOBBY, "e2").message(1, "m9", "of another epoch"));
        keep(OF_LOBBY, ROOM.message(4, "m4", "of another hold"));
        List<String> all = new ArrayList<>();
        Optional<HeldPlace> after = Optional.empty();
        List<HeldMessage> page = done(archive().held(OF_ANN, after, new Bounds(1, 1)));
        while (!page.isEmpty()) {
            assertThat(page).hasSize(1);
            all.add(ArchiveSample.text(page.get(0).row().entry()));
            after = HeldPlace.decode(page.get(0).place().encode());
            page = done(archive().held(OF_ANN, after, new Bounds(1, 1)));
        }
        assertThat(all).containsExactly("first", "of another epoch", "second", "third");
    }

    @Test
    default void a_hold_that_is_released_loses_its_copies_and_no_other_does() {
        PlacedHold again = new PlacedHold(OF_LOBBY.hold(), OF_LOBBY.since() + 1, "olga");
        EntryRow[] many = LongStream.rangeClosed(1, 1_500)
                .mapToObj(seq -> ROOM.message(seq, "m" + seq, "a"))
                .toArray(EntryRow[]::new);
        long before = done(archive().heldBytes());
        keep(OF_LOBBY, many);
        keep(again, many[0]);
        keep(OF_ANN, many[0]);
        assertThat(done(archive().heldBytes()) - before).isBetween(1_500L * 10, 1_500L * 1_000);
        long released = 0;
        long some = done(archive().release(OF_LOBBY));
        while (some > 0) {
            released += some;
            some = done(archive().release(OF_LOBBY));
        }
        assertThat(released).isEqualTo(1_500);
        assertThat(held(OF_LOBBY)).isEmpty();
        assertThat(held(again)).containsExactly("1 a");
        assertThat(held(OF_ANN)).containsExactly("1 a");
        assertThat(done(archive().holding(ArchiveSample.ANN, new Holds(List.of(OF_LOBBY)))))
                .isEmpty();
    }

    @Test
    default void a_user_is_held_where_a_held_stream_or_a_copy_has_what_they_wrote() {
        Holds holds = new Holds(List.of(OF_LOBBY, OF_ANN, OF_BOB));
        assertThat(done(archive().holding(ArchiveSample.ANN, holds))).containsExactly(OF_ANN.hold());
        assertThat(done(archive().holding(ArchiveSample.BOB, holds))).containsExactly(OF_BOB.hold());
        add(ROOM.message(1, "m1", "a"));
        addTo(INBOX, INBOX.message(1, "d1", "to bob"));
        assertThat(done(archive().holding(ArchiveSample.ANN, holds)))
                .containsExactlyInAnyOrder(OF_LOBBY.hold(), OF_ANN.hold(), OF_BOB.hold());
        assertThat(done(archive().holding(ArchiveSample.BOB, new Holds(List.of(OF_LOBBY)))))
                .isEmpty();
        keep(OF_LOBBY, byBob(ROOM, 7, "m7", "b"));
        assertThat(done(archive().holding(ArchiveSample.BOB, new Holds(List.of(OF_LOBBY)))))
                .containsExactly(OF_LOBBY.hold());
        assertThat(done(archive().holding(ArchiveSample.BOB, Holds.NONE))).isEmpty();
    }

    private void keep(PlacedHold hold, EntryRow... rows) {
        done(archive()
                .keep(Stream.of(rows).map(row -> new HeldMessage(hold, row)).toList()));
    }

    private List<String> held(PlacedHold hold) {
        return describe(done(archive().held(hold, Optional.empty(), PLENTY)).stream()
                .map(HeldMessage::row)
                .toList());
    }

    private static List<String> describe(List<EntryRow> rows) {
        return rows.stream()
                .map(row -> row.entry().position().seq() + " " + ArchiveSample.text(row.entry()))
                .toList();
    }

    private void addTo(ArchiveSample sample, EntryRow... rows) {
        assertThat(done(archive().add(List.of(sample.part(ArchiveStore.NOTHING, rows)))))
                .isEmpty();
    }

    private static EntryRow byBob(ArchiveSample sample, long seq, String id, String text) {
        return sample.row(seq, EntryState.MESSAGE, 0, Optional.of(new Message(id, ArchiveSample.BOB)), text);
    }

    private static StreamRetention one() {
        return new StreamRetention(OwnRetention.NONE, new Retention(1, Retention.FOREVER));
    }

    private static HoldReader of(PlacedHold... holds) {
        Holds all = new Holds(List.of(holds));
        return () -> Future.succeededFuture(all);
    }
}

package dev.portcullis.archive;

import static dev.portcullis.archive.ArchivedConversationContract.direct;
import static dev.portcullis.kit.Await.done;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore.Disowned;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every archive promises about users who are deleted. */
interface ArchivedErasureContract extends ArchiveFixture {
    UserId GONE = new UserId("deleted");
    Erasure NAME = Erasure.ofName(ArchiveSample.ANN, GONE);
    Erasure TEXTS = Erasure.ofTexts(ArchiveSample.ANN, GONE);
    ArchiveSample BOBS = new ArchiveSample(StreamName.inbox(ArchiveSample.BOB), "e1");
    long LATER = 1_000_000_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    default void entries_of_all_streams_lose_the_user_and_those_of_others_stay(boolean ofTexts) throws Exception {
        add(said(1, ArchiveSample.ANN, "one"), said(2, ArchiveSample.BOB, "two"), said(3, ArchiveSample.ANN, "three"));
        addTo(BOBS, direct(1, ArchiveSample.ANN, ArchiveSample.BOB), direct(2, ArchiveSample.BOB, ArchiveSample.ANN));
        List<StreamEntry> before = entries(LOBBY);

        Disowned all = eraseAll(ofTexts ? TEXTS : NAME);

        assertThat(all.entries()).isEqualTo(3);
        assertThat(all.streams()).containsExactlyInAnyOrder(LOBBY, BOBS.stream());
        reopen();
        assertThat(entries(LOBBY))
                .extracting(StreamEntry::position)
                .isEqualTo(before.stream().map(StreamEntry::position).toList());
        assertThat(bodies(LOBBY)).noneMatch(body -> body.contains("\"ann\""));
        assertThat(bodies(LOBBY).get(1)).contains("\"bob\"", "two");
        assertThat(bodies(LOBBY).get(0).contains("one")).isEqualTo(!ofTexts);
        assertThat(states(LOBBY))
                .containsExactly(
                        ofTexts ? EntryState.DELETED : EntryState.MESSAGE,
                        EntryState.MESSAGE,
                        ofTexts ? EntryState.DELETED : EntryState.MESSAGE);
        assertThat(conversation(GONE)).containsExactly(1L);
        assertThat(conversation(ArchiveSample.ANN)).containsExactly(2L);
        assertThat(done(archive().find(LOBBY, "m1")).orElseThrow().author()).isEqualTo(GONE);
        assertThat(done(archive().erase(TEXTS, LATER)).entries()).isZero();
    }

    @Test
    default void edits_lose_their_text_and_message_shows_as_deleted() throws Exception {
        add(said(1, ArchiveSample.ANN, "first"), said(2, ArchiveSample.BOB, "other"));
        add(edited(3, 1, "second"), edited(4, 1, "third"));

        assertThat(eraseAll(TEXTS).entries()).isEqualTo(3);
        reopen();

        assertThat(bodies(LOBBY))
                .noneMatch(body -> body.contains("first")
                        || body.contains("second")
                        || body.contains("third")
                        || body.contains("\"ann\""));
        assertThat(states(LOBBY)).startsWith(EntryState.DELETED, EntryState.MESSAGE);
        assertThat(bodies(LOBBY).get(0))
                .isEqualTo(
                        "\"type\":\"message_deleted\",\"roomId\":\"lobby\",\"messageId\":\"m1\",\"userId\":\"deleted\","
                                + "\"timestamp\":1007}");
    }

    /** The body of the deletion stands in place of the text of a message, so that names the user who deleted it. */
    @Test
    default void messages_that_the_user_deleted_name_that_user_no_more() {
        add(said(1, ArchiveSample.BOB, "of bob"), deleted(2, 1, ArchiveSample.ANN));
        assertThat(bodies(LOBBY)).allMatch(body -> body.contains("\"ann\""));

        assertThat(eraseAll(NAME).entries()).isEqualTo(2);

        assertThat(bodies(LOBBY)).noneMatch(body -> body.contains("\"ann\""));
        assertThat(done(archive().find(LOBBY, "m1")).orElseThrow().author()).isEqualTo(ArchiveSample.BOB);
    }

    @Test
    default void more_entries_than_one_step_takes_are_all_erased() throws Exception {
        List<EntryRow> rows = new ArrayList<>();
        for (long seq = 1; seq <= 700; seq++) {
            rows.add(said(seq, seq % 7 == 0 ? ArchiveSample.BOB : ArchiveSample.ANN, "secret " + seq));
        }
        add(rows.toArray(EntryRow[]::new));
        assertThat(done(archive().erase(TEXTS, LATER)).entries()).isLessThanOrEqualTo(600);
        Disowned rest = eraseAll(TEXTS);
        assertThat(rest.entries()).isLessThanOrEqualTo(600);
        reopen();
        assertThat(bodies(LOBBY).stream().filter(body -> body.contains("secret")))
                .hasSize(100)
                .allMatch(body -> body.contains("\"bob\""));
    }

    /** A feeder reads the store before the user goes there, and adds what it read when the archive is done. */
    @Test
    default void text_that_a_feeder_read_before_does_not_come_back() throws Exception {
        add(said(1, ArchiveSample.ANN, "first"));
        ArchivePart read = ROOM.part(position(), said(2, ArchiveSample.ANN, "late"), said(3, ArchiveSample.BOB, "bob"));
        EntryRow edit = edited(4, 1, "late edit");

        eraseAll(TEXTS);
        assertThat(done(archive().add(List.of(read)))).isEmpty();
        done(archive().add(List.of(ROOM.part(position(), edit))));

        assertThat(bodies(LOBBY)).noneMatch(body -> body.contains("late") || body.contains("\"ann\""));
        assertThat(bodies(LOBBY).get(2)).contains("bob");
        assertThat(states(LOBBY)).startsWith(EntryState.DELETED, EntryState.DELETED, EntryState.MESSAGE);
        assertThat(done(archive().erase(TEXTS, LATER)).entries()).isZero();
    }

    @Test
    default void second_deletion_that_leaves_texts_brings_none_back() {
        ArchivePart read = ROOM.part(position(), said(1, ArchiveSample.ANN, "late"));
        eraseAll(TEXTS);
        eraseAll(NAME);
        assertThat(done(archive().add(List.of(read)))).isEmpty();
        assertThat(bodies(LOBBY)).noneMatch(body -> body.contains("late"));
    }

    @Test
    default void later_user_of_the_same_id_keeps_what_they_write() {
        Disowned none = done(archive().erase(TEXTS, 5_000)); // an entry of seq 6 is stored a second after it
        assertThat(none.entries()).isZero();
        add(said(6, ArchiveSample.ANN, "of another ann"));
        assertThat(bodies(LOBBY)).singleElement().asString().contains("of another ann", "\"ann\"");
    }

    @Test
    default void emptied_inbox_has_nothing_and_goes_on_behind_its_head() throws Exception {
        List<EntryRow> rows = new ArrayList<>();
        LongStream.rangeClosed(1, 300)
                .forEach(seq -> rows.add(direct(seq, seq % 2 == 0 ? ArchiveSample.ANN : GONE, ArchiveSample.BOB)));
        addTo(BOBS, rows.toArray(EntryRow[]::new));
        add(said(1, ArchiveSample.ANN, "one"));
        ArchivePart read = BOBS.part(BOBS.at(300), direct(301, ArchiveSample.ANN, ArchiveSample.BOB));

        assertThat(done(archive().clear(BOBS.stream(), BOBS.at(301)))).isEqualTo(300);
        reopen();

        assertThat(positionOf(BOBS)).isEqualTo(BOBS.at(301));
        assertThat(entries(BOBS.stream())).isEmpty();
        assertThat(done(archive().add(List.of(read)))).as("read before").containsExactly(BOBS.stream());
        assertThat(conversation(ArchiveSample.ANN)).isEmpty();
        assertThat(done(archive().find(BOBS.stream(), "m2"))).isEmpty();
        assertThat(entries(LOBBY)).hasSize(1);
        addTo(BOBS, direct(302, ArchiveSample.ANN, ArchiveSample.BOB));
        assertThat(conversation(ArchiveSample.ANN)).containsExactly(302L);
        assertThat(entries(BOBS.stream())).hasSize(1);
        assertThat(done(archive().clear(BOBS.stream(), BOBS.at(302)))).isEqualTo(1);
        assertThat(done(archive().clear(BOBS.stream(), BOBS.at(302)))).isZero();
        assertThat(entries(BOBS.stream())).isEmpty();
    }

    @Test
    default void inbox_that_the_archive_did_not_have_yet_gets_nothing_of_before() {
        ArchivePart read = BOBS.part(ArchiveStore.NOTHING, direct(1, ArchiveSample.ANN, ArchiveSample.BOB));
        assertThat(done(archive().clear(BOBS.stream(), BOBS.at(1)))).isZero();
        assertThat(done(archive().add(List.of(read)))).containsExactly(BOBS.stream());
        assertThat(entries(BOBS.stream())).isEmpty();
    }

    @Test
    default void inbox_of_which_the_store_has_no_record_keeps_its_position() {
        addTo(BOBS, direct(1, ArchiveSample.ANN, ArchiveSample.BOB), direct(2, ArchiveSample.ANN, ArchiveSample.BOB));
        assertThat(done(archive().clear(BOBS.stream(), ArchiveStore.NOTHING))).isEqualTo(2);
        assertThat(positionOf(BOBS)).isEqualTo(BOBS.at(2));
        assertThat(done(archive().clear(StreamName.inbox(GONE), ArchiveStore.NOTHING)))
                .isZero();
        assertThat(done(archive().positions(List.of(StreamName.inbox(GONE))))).containsExactly(ArchiveStore.NOTHING);
    }

    /** Calls until nothing is left. */
    private Disowned eraseAll(Erasure erasure) {
        int entries = 0;
        Set<StreamName> streams = new HashSet<>();
        Disowned some = done(archive().erase(erasure, LATER));
        while (some.entries() > 0) {
            entries += some.entries();
            streams.addAll(some.streams());
            some = done(archive().erase(erasure, LATER));
        }
        return new Disowned(entries, streams);
    }

    private void addTo(ArchiveSample to, EntryRow... rows) {
        assertThat(done(archive().add(List.of(to.part(positionOf(to), rows))))).isEmpty();
    }

    private Position positionOf(ArchiveSample of) {
        return done(archive().positions(List.of(of.stream()))).get(0);
    }

    private List<StreamEntry> entries(StreamName stream) {
        return done(archive().after(stream, 0, PLENTY)).entries();
    }

    private List<String> bodies(StreamName stream) {
        return entries(stream).stream()
                .map(entry -> new String(entry.body(), UTF_8))
                .toList();
    }

    private List<EntryState> states(StreamName stream) {
        return done(archive().latest(stream, Long.MAX_VALUE, PLENTY)).entries().stream()
                .map(LatestEntry::state)
                .toList();
    }

    private List<Long> conversation(UserId with) {
        DirectConversation of = new DirectConversation(ArchiveSample.BOB, with);
        return done(archive().conversation(new DirectConversation.Read(of, Order.AFTER, 0), PLENTY)).entries().stream()
                .map(each -> each.entry().position().seq())
                .toList();
    }

    private static EntryRow said(long seq, UserId author, String text) {
        return row(seq, EntryState.MESSAGE, "chat", seq, author, ",\"username\":\"A\",\"content\":\"" + text + '"');
    }

    private static EntryRow edited(long seq, long of, String text) {
        return row(seq, EntryState.AMENDMENT, "message_edited", of, ArchiveSample.ANN, ",\"content\":\"" + text + '"');
    }

    private static EntryRow deleted(long seq, long of, UserId by) {
        return row(seq, EntryState.AMENDMENT, "message_deleted", of, by, "");
    }

    private static EntryRow row(long seq, EntryState state, String type, long of, UserId author, String rest) {
        String body = "\"type\":\"" + type + "\",\"roomId\":\"lobby\",\"messageId\":\"m" + of + "\",\"userId\":\""
                + author.value() + '"' + rest + ",\"timestamp\":1}";
        return ROOM.row(seq, state, 0, Optional.of(new Message("m" + of, author)), body);
    }
}

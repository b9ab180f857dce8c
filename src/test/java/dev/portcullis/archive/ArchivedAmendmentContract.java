package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every archive promises about edits and deletions, in whatever order they come. */
interface ArchivedAmendmentContract extends ArchiveFixture {
    ArchiveSample FORKED = new ArchiveSample(LOBBY, "e2");

    @Test
    default void edit_gives_the_message_its_latest_state_and_is_an_entry() throws Exception {
        add(ROOM.message(1, "m1", "helo"), ROOM.message(2, "m2", "other"));
        add(ROOM.edit(3, "m1", "hello"));
        assertThat(latest()).containsExactly("1 EDITED helo > 3 hello", "2 MESSAGE other", "3 AMENDMENT hello");
        assertThat(texts()).containsExactly("1 helo", "2 other", "3 hello");
        add(ROOM.edit(4, "m1", "hello!"));
        reopen();
        assertThat(latest()).first().isEqualTo("1 EDITED helo > 4 hello!");
        assertThat(found("m1").edits()).isEqualTo(2);
        assertThat(found("m1").amendedBy()).isEqualTo(4);
        assertThat(found("m1").state()).isEqualTo(EntryState.EDITED);
        assertThat(found("m2").edits()).isZero();
    }

    @Test
    default void message_that_comes_with_its_edits_has_their_state() {
        add(ROOM.edited(1, "m1", "a", 3), ROOM.edit(2, "m1", "b"), ROOM.edit(3, "m1", "c"));
        assertThat(latest()).containsExactly("1 EDITED a > 3 c", "2 AMENDMENT b", "3 AMENDMENT c");
        assertThat(found("m1").edits()).isEqualTo(2);
    }

    @Test
    default void message_that_comes_before_its_edit_is_edited_once_the_archive_has_the_edit() {
        add(ROOM.edited(1, "m1", "a", 3));
        assertThat(latest()).containsExactly("1 MESSAGE a");
        assertThat(found("m1").amendedBy()).isZero();
        add(ROOM.edit(2, "m1", "b"));
        assertThat(latest()).containsExactly("1 EDITED a > 2 b", "2 AMENDMENT b");
        add(ROOM.edit(3, "m1", "c"));
        assertThat(latest()).first().isEqualTo("1 EDITED a > 3 c");
    }

    @Test
    default void edits_of_one_message_leave_the_others_alone() {
        add(ROOM.message(1, "m", "a"), ROOM.message(2, "m1", "b"), ROOM.message(3, "m11", "c"));
        add(ROOM.edit(4, "m1", "new"), ROOM.edit(5, "m11", "newer"));
        assertThat(latest())
                .containsExactly(
                        "1 MESSAGE a",
                        "2 EDITED b > 4 new",
                        "3 EDITED c > 5 newer",
                        "4 AMENDMENT new",
                        "5 AMENDMENT newer");
    }

    @Test
    default void deletion_takes_the_texts_of_the_message_and_of_its_edits() throws Exception {
        add(ROOM.message(1, "m1", "one"), ROOM.message(2, "m2", "other"), ROOM.edit(3, "m1", "two"));
        add(ROOM.edit(4, "m1", "three"), ROOM.edit(5, "m2", "another"), ROOM.deletion(6, "m1"));
        reopen();
        assertThat(texts())
                .containsExactly(
                        "1 deleted m1", "2 other", "3 deleted m1", "4 deleted m1", "5 another", "6 deleted m1");
        assertThat(latest()).first().isEqualTo("1 DELETED deleted m1 > 6 deleted m1");
        assertThat(found("m1").state()).isEqualTo(EntryState.DELETED);
        assertThat(found("m1").amendedBy()).isEqualTo(6);
    }

    @Test
    default void edit_behind_the_deletion_has_its_text() {
        add(ROOM.message(1, "m1", "one"), ROOM.edit(2, "m1", "two"));
        add(ROOM.deletion(3, "m1"), ROOM.edit(4, "m1", "four"));
        add(ROOM.plain(5, "x"), ROOM.edit(6, "m1", "six"));
        assertThat(texts())
                .containsExactly("1 deleted m1", "2 deleted m1", "3 deleted m1", "4 deleted m1", "5 x", "6 deleted m1");
        assertThat(latest()).first().isEqualTo("1 DELETED deleted m1 > 6 deleted m1");
    }

    @Test
    default void message_that_was_deleted_before_its_part_stays_so() {
        EntryRow deletion = ROOM.deletion(4, "m1");
        add(
                ROOM.message(1, "m1", "one")
                        .amended(EntryState.DELETED, 4)
                        .saying(deletion.entry().body()),
                ROOM.edit(2, "m1", "late"));
        assertThat(latest()).containsExactly("1 DELETED deleted m1 > 2 deleted m1", "2 AMENDMENT deleted m1");
        add(ROOM.plain(3, "x"), deletion);
        assertThat(latest()).first().isEqualTo("1 DELETED deleted m1 > 4 deleted m1");
    }

    @Test
    default void many_edits_of_a_message_are_deleted_with_it() {
        add(ROOM.message(1, "m1", "one"));
        add(IntStream.rangeClosed(2, 200)
                .mapToObj(i -> ROOM.edit(i, "m1", "text " + i))
                .toArray(EntryRow[]::new));
        assertThat(found("m1").edits()).isEqualTo(199);
        add(ROOM.deletion(201, "m1"));
        assertThat(texts()).hasSize(201).allMatch(each -> each.endsWith(" deleted m1"));
    }

    @Test
    default void amendment_of_what_is_not_there_is_an_entry_and_changes_no_message() {
        add(ROOM.plain(1, "m1"), ROOM.message(2, "m2", "a"));
        add(ROOM.edit(3, "m1", "b"), ROOM.edit(4, "", "x"));
        add(ROOM.edit(5, "unknown", "d"));
        assertThat(latest())
                .containsExactly("1 PLAIN m1", "2 MESSAGE a", "3 AMENDMENT b", "4 AMENDMENT x", "5 AMENDMENT d");
    }

    @Test
    default void deletion_of_a_message_in_a_hole_takes_the_texts_of_its_edits() {
        add(ROOM.plain(1, "x"));
        add(ROOM.edit(3, "m2", "text"), ROOM.plain(4, "y"));
        add(ROOM.deletion(5, "m2"), ROOM.edit(6, "m2", "late"));
        assertThat(ArchiveFixture.describe(done(archive().after(LOBBY, 2, PLENTY))))
                .containsExactly("3 deleted m2", "4 y", "5 deleted m2", "6 deleted m2");
    }

    @Test
    default void amendment_that_was_superseded_no_longer_counts() throws Exception {
        add(ROOM.message(1, "m1", "one"), ROOM.edit(2, "m1", "two"), ROOM.plain(3, "x"), ROOM.edit(4, "m1", "four"));
        supersede(3, FORKED.plain(4, "y"));
        reopen();
        assertThat(latest()).containsExactly("1 EDITED one > 2 two", "2 AMENDMENT two", "3 PLAIN x", "4 PLAIN y");
        assertThat(found("m1").amendedBy()).isEqualTo(2);
        assertThat(found("m1").edits()).isEqualTo(1);
        supersede(1, FORKED.message(2, "m2", "z"));
        assertThat(latest()).containsExactly("1 MESSAGE one", "2 MESSAGE z");
        assertThat(found("m1").state()).isEqualTo(EntryState.MESSAGE);
        add(FORKED.edit(3, "m1", "three"));
        assertThat(latest()).first().isEqualTo("1 EDITED one > 3 three");
        assertThat(found("m1").edits()).isEqualTo(1);
    }

    @Test
    default void message_that_a_superseded_entry_deleted_stays_deleted() {
        add(ROOM.message(1, "m1", "one"), ROOM.plain(2, "x"), ROOM.deletion(3, "m1"));
        supersede(2, FORKED.plain(3, "y"));
        assertThat(texts()).containsExactly("1 deleted m1", "2 x", "3 y");
        assertThat(latest()).first().isEqualTo("1 DELETED deleted m1");
        add(FORKED.edit(4, "m1", "text"));
        assertThat(texts()).last().isEqualTo("4 deleted m1");
    }

    @Test
    default void amendments_are_within_the_bounds_of_a_page() {
        String kilobyte = "x".repeat(1_000);
        for (int i = 1; i <= 5; i++) {
            add(ROOM.message(i, "m" + i, kilobyte));
        }
        add(ROOM.edit(6, "m4", "y".repeat(2_000)));
        assertThat(done(archive().latest(LOBBY, 6, new Bounds(100, 3_500))).entries())
                .hasSize(1);
        assertThat(done(archive().latest(LOBBY, 6, new Bounds(100, 4_500))).entries())
                .hasSize(2);
        assertThat(done(archive().latest(LOBBY, 5, new Bounds(100, 1))).entries())
                .hasSize(1);
    }

    @Test
    default void amendment_keeps_who_made_it_and_the_message_its_author() {
        add(ROOM.message(1, "m1", "one"));
        Optional<Message> byBob = Optional.of(new Message("m1", ArchiveSample.BOB));
        EntryRow edit = ROOM.row(2, EntryState.AMENDMENT, 0, byBob, "two");
        add(edit);
        assertThat(found("m1").author()).isEqualTo(ArchiveSample.ANN);
        assertThat(done(archive().after(LOBBY, 1, PLENTY)).entries().get(0).timestamp())
                .isEqualTo(edit.entry().timestamp());
        UserId author = found("m1").author();
        add(ROOM.deletion(3, "m1"));
        assertThat(found("m1").author()).isEqualTo(author);
        assertThat(found("m1").stored()).isEqualTo(1_000);
    }

    default StoredMessage found(String id) {
        return done(archive().find(LOBBY, id)).orElseThrow();
    }
}

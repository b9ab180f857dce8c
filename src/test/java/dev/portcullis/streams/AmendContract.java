package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.LOBBY;
import static dev.portcullis.streams.StreamStoreContract.PLENTY;
import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of streams promises about edits and deletions of messages. */
interface AmendContract {
    UserId ANN = new UserId("ann");
    UserId BEN = new UserId("ben");
    StreamWindow DAY = new StreamWindow(300, TimeUnit.HOURS.toMillis(24));
    AppendResult NOT_FOUND = Refusal.NOT_FOUND;

    StreamStore streams();

    SettableClock clock();

    void reopen() throws Exception;

    @Test
    default void edit_is_an_entry_of_its_own_and_the_message_names_it_from_then_on() throws Exception {
        send("m1", "helo");
        send("m2", "other");
        StreamEntry edit = amended(edit("m1", "hello"));
        assertThat(edit.position()).isEqualTo(await(streams().head(LOBBY)));
        assertThat(edit.position().seq()).isEqualTo(3);
        assertThat(latest()).containsExactly("1 EDITED helo > 3 hello", "2 MESSAGE other", "3 AMENDMENT hello");
    }

    @Test
    default void reads_of_entries_as_they_are_do_not_change_with_an_edit() throws Exception {
        Position before = await(streams().head(LOBBY));
        send("m1", "helo");
        amended(edit("m1", "hello"));
        for (Slice slice : List.of(
                await(streams().after(LOBBY, 0, PLENTY)),
                await(streams().before(LOBBY, Long.MAX_VALUE, PLENTY)),
                await(streams().resume(LOBBY, Optional.of(before), PLENTY)))) {
            assertThat(slice.entries()).extracting(AmendContract::text).containsExactly("helo", "hello");
        }
        assertThat(await(streams().resume(LOBBY, Optional.of(before), PLENTY)).exact())
                .isTrue();
    }

    @Test
    default void latest_names_only_the_newest_edit() throws Exception {
        send("m1", "one");
        amended(edit("m1", "two"));
        amended(edit("m1", "three"));
        assertThat(latest()).containsExactly("1 EDITED one > 3 three", "2 AMENDMENT two", "3 AMENDMENT three");
    }

    @Test
    default void deleted_message_is_found_no_more() throws Exception {
        send("m1", "one");
        amended(edit("m1", "two"));
        amended(delete("m1", ANN));
        assertThat(latest())
                .containsExactly("1 DELETED deleted > 3 deleted", "2 AMENDMENT deleted", "3 AMENDMENT deleted");
        assertThat(outcome(edit("m1", "three"))).isEqualTo(NOT_FOUND);
        assertThat(outcome(delete("m1", ANN))).isEqualTo(NOT_FOUND);
        assertThat(await(streams().head(LOBBY)).seq()).isEqualTo(3);
    }

    @Test
    default void message_of_another_user_is_refused_unless_the_author_does_not_matter() throws Exception {
        send("m1", "one");
        assertThat(outcome(delete("m1", BEN))).isEqualTo(Refusal.NOT_AUTHOR);
        assertThat(await(streams().head(LOBBY)).seq()).isEqualTo(1);
        amended(of("m1", "deleted", BEN, true, Change.DELETE, Long.MIN_VALUE, 300));
        assertThat(latest()).containsExactly("1 DELETED deleted > 2 deleted", "2 AMENDMENT deleted");
    }

    @Test
    default void message_stored_before_the_window_of_edits_is_too_old() throws Exception {
        send("m1", "one");
        clock().pass(1_000);
        assertThat(outcome(of("m1", "two", ANN, false, Change.EDIT, now() - 999, 300)))
                .isEqualTo(Refusal.TOO_OLD);
        assertThat(await(streams().head(LOBBY)).seq()).isEqualTo(1);
        amended(of("m1", "two", ANN, false, Change.EDIT, now() - 1_000, 300));
    }

    @Test
    default void unknown_message_and_entries_that_are_no_messages_are_not_found() throws Exception {
        assertThat(outcome(edit("m1", "x"))).isEqualTo(NOT_FOUND);
        append(plain("m1"));
        assertThat(outcome(edit("m1", "x"))).isEqualTo(NOT_FOUND);
        send(StreamName.room(new RoomId("elsewhere")), "m1", "one");
        assertThat(outcome(edit("m1", "x"))).isEqualTo(NOT_FOUND);
        assertThat(await(streams().head(LOBBY)).seq()).isEqualTo(1);
    }

    @Test
    default void ids_that_occur_in_other_entries_are_not_mistaken_for_the_message() throws Exception {
        send("m1", "one");
        String row = "\0\3ann\0\2m1";
        send("m12", row);
        send("xm1", row);
        amended(edit("m1", "two"));
        assertThat(latest()).first().isEqualTo("1 EDITED one > 4 two");
    }

    @Test
    default void message_that_was_trimmed_or_is_too_old_is_not_found() throws Exception {
        StreamWindow two = new StreamWindow(2, DAY.ageMs());
        for (String id : List.of("m1", "m2", "m3")) {
            append(message(LOBBY, two, id, id));
        }
        assertThat(outcome(edit("m1", "x"))).isEqualTo(NOT_FOUND);
        clock().pass(DAY.ageMs() + 1);
        assertThat(outcome(edit("m3", "x"))).isEqualTo(NOT_FOUND);
        assertThat(await(streams().head(LOBBY)).seq()).isEqualTo(3);
    }

    @Test
    default void edit_that_trims_its_own_message_is_kept_alone() throws Exception {
        StreamWindow one = new StreamWindow(1, DAY.ageMs());
        append(message(LOBBY, one, "m1", "one"));
        AmendRequest edit = edit("m1", "two");
        amended(new AmendRequest(
                message(LOBBY, one, "m1", "two"),
                "m1",
                ANN,
                false,
                edit.change(),
                edit.notBefore(),
                300,
                Integer.MAX_VALUE));
        assertThat(latest()).containsExactly("2 AMENDMENT two");
        assertThat(outcome(edit("m1", "three"))).isEqualTo(NOT_FOUND);
    }

    @Test
    default void message_is_searched_among_the_newest_entries_only() throws Exception {
        for (int i = 1; i <= 100; i++) {
            send("m" + i, "text " + i);
        }
        assertThat(outcome(of("m30", "x", ANN, false, Change.EDIT, Long.MIN_VALUE, 70)))
                .isEqualTo(NOT_FOUND);
        amended(of("m30", "x", ANN, false, Change.EDIT, Long.MIN_VALUE, 71));
        amended(of("m1", "y", ANN, false, Change.EDIT, Long.MIN_VALUE, 1_000));
        assertThat(latest()).hasSize(102).contains("30 EDITED text 30 > 101 x", "1 EDITED text 1 > 102 y");
    }

    @Test
    default void repeated_edit_gets_its_first_outcome_even_after_the_message_was_deleted() throws Exception {
        send("m1", "one");
        AmendRequest edit = keyed("id1", "m1", "two", "entry-1");
        Position at = amended(edit).position();
        AppendResult again = new AppendResult.Duplicate("entry-1", at);
        assertThat(outcome(keyed("id1", "m1", "two", "entry-2"))).isEqualTo(again);
        amended(delete("m1", ANN));
        assertThat(outcome(keyed("id1", "m1", "two", "entry-3"))).isEqualTo(again);
        assertThat(outcome(keyed("id1", "m1", "three", "entry-4"))).isEqualTo(Refusal.CONFLICT);
        assertThat(latest()).hasSize(3);
    }

    @Test
    default void refused_edit_leaves_its_key_unused() throws Exception {
        assertThat(outcome(keyed("id1", "m1", "two", "entry-1"))).isEqualTo(NOT_FOUND);
        send("m1", "one");
        amended(keyed("id1", "m1", "three", "entry-2"));
    }

    @Test
    default void edit_after_its_not_after_or_of_a_barred_user_is_refused_like_an_append() throws Exception {
        send("m1", "one");
        AmendRequest late = edit("m1", "two");
        clock().pass(60_000);
        assertThat(outcome(late)).isEqualTo(Refusal.EXPIRED);
        append(new AppendRequest(LOBBY, DAY, now(), bytes("removed"), Optional.empty(), Optional.empty(), now())
                .barring(ANN, 10));
        assertThat(outcome(edit("m1", "two"))).isEqualTo(Refusal.BARRED);
        assertThat(latest()).containsExactly("1 MESSAGE one", "2 PLAIN removed");
    }

    @Test
    default void message_is_amended_over_forks_of_the_store() throws Exception {
        send("m1", "one");
        reopen();
        amended(edit("m1", "two"));
        reopen();
        assertThat(latest()).containsExactly("1 EDITED one > 2 two", "2 AMENDMENT two");
        StreamEntry amendment =
                read(Long.MAX_VALUE, PLENTY).entries().get(0).amendment().orElseThrow();
        assertThat(amendment.position())
                .isEqualTo(await(streams().after(LOBBY, 1, PLENTY))
                        .entries()
                        .get(0)
                        .position());
        amended(delete("m1", ANN));
        assertThat(latest()).first().isEqualTo("1 DELETED deleted > 3 deleted");
    }

    @Test
    default void edits_of_one_message_are_bounded_and_it_can_still_be_deleted() throws Exception {
        AppendResult refused = Refusal.FULL;
        send("m1", "one");
        send("m2", "other");
        amended(bounded("m1", "two", 2));
        amended(bounded("m1", "three", 2));
        assertThat(outcome(bounded("m1", "four", 2))).isEqualTo(refused);
        amended(bounded("m1", "four", 3));
        assertThat(outcome(bounded("m1", "five", 3))).isEqualTo(refused);
        assertThat(outcome(new AmendRequest(plain("x"), "m1", BEN, false, Change.EDIT, Long.MIN_VALUE, 300, 1)))
                .as("of another author")
                .isEqualTo(Refusal.NOT_AUTHOR);
        amended(bounded("m2", "another", 1));
        amended(new AmendRequest(plain("gone"), "m1", ANN, false, Change.DELETE, Long.MIN_VALUE, 300, 1));
        assertThat(latest())
                .startsWith("1 DELETED gone > 7 gone", "2 EDITED other > 6 another")
                .hasSize(7);
    }

    /** What was deleted must be gone, in every read, also for a user who missed it (GDPR art. 17). */
    @Test
    default void text_of_a_deleted_message_and_of_all_its_edits_is_nowhere_any_more() throws Exception {
        Position before = await(streams().head(LOBBY));
        send("m1", "one");
        send("m2", "other");
        for (String text : List.of("two", "three", "four")) {
            amended(edit("m1", text));
        }
        amended(edit("m2", "another"));
        amended(delete("m1", ANN));
        for (Slice slice : List.of(
                await(streams().after(LOBBY, 0, PLENTY)),
                await(streams().before(LOBBY, Long.MAX_VALUE, PLENTY)),
                await(streams().resume(LOBBY, Optional.of(before), PLENTY)))) {
            assertThat(slice.entries())
                    .extracting(AmendContract::text)
                    .containsExactly("deleted", "other", "deleted", "deleted", "deleted", "another", "deleted");
        }
        assertThat(await(streams().find(LOBBY, "m1", 300)).map(StoredMessage::state))
                .contains(EntryState.DELETED);
    }

    @Test
    default void concurrent_edits_keep_to_the_bound() throws Exception {
        send("m1", "one");
        List<Future<AppendResult>> all = IntStream.range(0, 30)
                .mapToObj(i -> streams().amend(bounded("m1", "edit " + i, 5)))
                .toList();
        for (Future<AppendResult> each : all) {
            await(each);
        }
        assertThat(latest()).hasSize(6);
    }

    @Test
    default void concurrent_deletions_of_a_message_are_one() throws Exception {
        send("m1", "one");
        List<Future<AppendResult>> all = IntStream.range(0, 30)
                .mapToObj(i -> streams().amend(delete("m1", ANN)))
                .toList();
        List<AppendResult> outcomes = new ArrayList<>();
        for (Future<AppendResult> each : all) {
            outcomes.add(await(each));
        }
        assertThat(outcomes).filteredOn(NOT_FOUND::equals).hasSize(29);
        assertThat(latest()).hasSize(2);
    }

    @Test
    default void message_that_was_amended_since_it_was_read_is_not_amended_by_what_was_decided_of_it()
            throws Exception {
        send("m1", "one");
        Optional<StoredMessage> asSent = found("m1");
        amended(edit("m1", "two"));
        Optional<StoredMessage> asEdited = found("m1");
        assertThat(outcome(edit("m1", "x").decide(asSent))).isEqualTo(Refusal.CHANGED);
        assertThat(outcome(delete("m1", ANN).decide(asSent))).isEqualTo(Refusal.CHANGED);
        reopen();
        amended(delete("m1", ANN));
        assertThat(outcome(edit("m1", "x").decide(asEdited))).isEqualTo(Refusal.CHANGED);
        assertThat(latest())
                .containsExactly("1 DELETED deleted > 3 deleted", "2 AMENDMENT deleted", "3 AMENDMENT deleted");
    }

    /** Else the time of an answer tells an author whether the inbox of a recipient has their large message (CWE-208). */
    @Test
    default void message_is_found_with_the_beginning_of_its_body_and_keeps_all_of_it() throws Exception {
        String text = "0123456789".repeat(5_000);
        send("m1", text);
        assertThat(text(found("m1").orElseThrow().entry())).isEqualTo(text.substring(0, StoredMessage.BODY_BYTES));
        amended(edit("m1", "two"));
        assertThat(latest()).containsExactly("1 EDITED " + text + " > 2 two", "2 AMENDMENT two");
    }

    @Test
    default void message_that_is_no_longer_kept_is_not_amended_by_what_was_decided_of_it() throws Exception {
        send("m1", "one");
        Optional<StoredMessage> asSent = found("m1");
        append(message(LOBBY, new StreamWindow(1, DAY.ageMs()), "m2", "two"));
        assertThat(outcome(edit("m1", "x").decide(asSent))).isEqualTo(Refusal.CHANGED);
        assertThat(latest()).containsExactly("2 MESSAGE two");
    }

    @Test
    default void amendment_of_a_message_that_was_found_before_is_decided_of_the_message_as_it_is() throws Exception {
        send("m1", "one");
        Optional<StoredMessage> asSent = found("m1");
        amended(edit("m1", "two"));
        assertThat(await(streams().amend(edit("m1", "three"), asSent))).isInstanceOf(AppendResult.Stored.class);
        amended(delete("m1", ANN));
        assertThat(await(streams().amend(edit("m1", "four"), asSent))).isEqualTo(NOT_FOUND);
        assertThat(latest()).hasSize(4).first().isEqualTo("1 DELETED deleted > 4 deleted");
    }

    /** Else a user who was removed would learn which messages there are, and a repeat would not get its answer. */
    @Test
    default void amendment_that_is_refused_is_refused_for_the_reasons_of_an_append_first() throws Exception {
        send("m1", "one");
        amended(keyed("id1", "m1", "two", "entry-1"));
        AppendRequest refused = edit("none", "x").decide(Optional.empty());
        assertThat(outcome(refused)).isEqualTo(NOT_FOUND);
        assertThat(outcome(keyed("id1", "none", "two", "entry-1").decide(Optional.empty())))
                .isInstanceOf(AppendResult.Duplicate.class);
        append(new AppendRequest(LOBBY, DAY, now(), bytes("removed"), Optional.empty(), Optional.empty(), now())
                .barring(ANN, 10));
        assertThat(outcome(refused)).isEqualTo(Refusal.BARRED);
        clock().pass(60_000);
        assertThat(outcome(refused)).isEqualTo(Refusal.EXPIRED);
        assertThat(await(streams().head(LOBBY)).seq()).isEqualTo(3);
    }

    @Test
    default void latest_pages_backwards_within_its_bounds_and_counts_amendments() throws Exception {
        String kilobyte = "x".repeat(1_000);
        for (int i = 1; i <= 5; i++) {
            send("m" + i, kilobyte);
        }
        amended(edit("m4", "y".repeat(2_000)));
        LatestSlice some = read(6, new Bounds(2, 1 << 20));
        assertThat(seqs(some)).containsExactly(4L, 5L);
        assertThat(some.more()).isTrue();
        assertThat(some.head()).isEqualTo(await(streams().head(LOBBY)));
        assertThat(some.entries().get(0).amendment()).isPresent();
        assertThat(seqs(read(6, new Bounds(100, 3_500)))).containsExactly(5L);
        assertThat(seqs(read(6, new Bounds(100, 4_500)))).containsExactly(4L, 5L);
        assertThat(seqs(read(5, new Bounds(100, 1)))).containsExactly(4L);
        LatestSlice oldest = read(3, PLENTY);
        assertThat(seqs(oldest)).containsExactly(1L, 2L);
        assertThat(oldest.more()).isFalse();
        assertThat(seqs(read(1, PLENTY))).isEmpty();
        clock().pass(DAY.ageMs() + 1);
        assertThat(seqs(read(Long.MAX_VALUE, PLENTY))).isEmpty();
    }

    private LatestSlice read(long before, Bounds bounds) throws Exception {
        return await(streams().latest(LOBBY, before, bounds));
    }

    private List<String> latest() throws Exception {
        return read(Long.MAX_VALUE, PLENTY).entries().stream()
                .map(AmendContract::describe)
                .toList();
    }

    /** Such as {@code 1 EDITED helo > 3 hello}. */
    static String describe(LatestEntry latest) {
        return latest.entry().position().seq() + " " + latest.state() + " " + text(latest.entry())
                + latest.amendment()
                        .map(by -> " > " + by.position().seq() + " " + text(by))
                        .orElse("");
    }

    private static List<Long> seqs(LatestSlice slice) {
        return slice.entries().stream()
                .map(latest -> latest.entry().position().seq())
                .toList();
    }

    private static String text(StreamEntry entry) {
        return new String(entry.body(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    default void send(String id, String text) throws Exception {
        send(LOBBY, id, text);
    }

    private void send(StreamName stream, String id, String text) throws Exception {
        append(message(stream, DAY, id, text));
    }

    private void append(AppendRequest request) throws Exception {
        assertThat(await(streams().append(request))).isInstanceOf(AppendResult.Stored.class);
    }

    private AppendRequest message(StreamName stream, StreamWindow kept, String id, String text) {
        return new AppendRequest(stream, kept, now(), bytes(text), Optional.of(ANN), Optional.empty(), now() + 5_000)
                .carrying(new Message(id, ANN));
    }

    private AppendRequest plain(String text) {
        return new AppendRequest(LOBBY, DAY, now(), bytes(text), Optional.of(ANN), Optional.empty(), now() + 5_000);
    }

    default AmendRequest edit(String id, String text) {
        return of(id, text, ANN, false, Change.EDIT, Long.MIN_VALUE, 300);
    }

    private AmendRequest bounded(String id, String text, int most) {
        return new AmendRequest(plain(text), id, ANN, false, Change.EDIT, Long.MIN_VALUE, 300, most);
    }

    private AmendRequest delete(String id, UserId by) {
        return of(id, "deleted", by, false, Change.DELETE, Long.MIN_VALUE, 300);
    }

    private AmendRequest of(
            String id, String text, UserId by, boolean ofAnyAuthor, Change change, long notBefore, int searched) {
        return new AmendRequest(plain(text), id, by, ofAnyAuthor, change, notBefore, searched, Integer.MAX_VALUE);
    }

    private AmendRequest keyed(String id, String messageId, String text, String entryId) {
        AppendRequest append = new AppendRequest(
                LOBBY,
                DAY,
                now(),
                bytes(text),
                Optional.of(ANN),
                Optional.of(new IdempotencyKey(ANN, "edit_message", id, bytes(text), entryId)),
                now() + 5_000);
        return new AmendRequest(append, messageId, ANN, false, Change.EDIT, Long.MIN_VALUE, 300, Integer.MAX_VALUE);
    }

    default AppendResult outcome(AmendRequest amend) throws Exception {
        return await(streams().amend(amend));
    }

    private AppendResult outcome(AppendRequest append) throws Exception {
        return await(streams().append(append));
    }

    private Optional<StoredMessage> found(String id) throws Exception {
        return await(streams().find(LOBBY, id, 300));
    }

    default StreamEntry amended(AmendRequest amend) throws Exception {
        return ((AppendResult.Stored) outcome(amend)).entry();
    }

    private long now() {
        return clock().getAsLong();
    }
}

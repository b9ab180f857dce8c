package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.PairedResult.Complete;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store promises about messages that wait in an inbox, and about senders who are blocked. */
public abstract class BacklogContract extends InboxFixture {
    /** How many senders the store keeps a backlog of in Bob's inbox. */
    protected abstract long backlogs() throws Exception;

    @Test
    void sender_whose_backlog_is_full_is_refused_and_others_are_not() throws Exception {
        send(ANN, MOST);
        assertThat(refusal(pair(ANN))).isEqualTo(Refusal.BACKLOG_FULL);
        assertThat(head().seq()).isEqualTo(MOST);
        assertThat(await(opened.streams().head(ANNS)).seq()).isEqualTo(MOST);
        reopen();
        assertThat(refusal(pair(ANN))).isEqualTo(Refusal.BACKLOG_FULL);
        send(CAROL, MOST);
    }

    @Test
    void concurrent_messages_never_exceed_the_backlog() throws Exception {
        List<Future<PairedResult>> attempts = IntStream.range(0, 40)
                .mapToObj(i -> opened.streams().append(pair(ANN)))
                .toList();
        int complete = 0;
        for (Future<PairedResult> attempt : attempts) {
            complete += await(attempt) instanceof Complete ? 1 : 0;
        }
        assertThat(complete).isEqualTo(MOST);
        assertThat(head().seq()).isEqualTo(MOST);
    }

    @Test
    void message_that_is_known_gets_its_first_outcome_though_the_backlog_is_full() throws Exception {
        PairedAppend first = pair(ANN);
        Complete sent = complete(first);
        send(ANN, MOST - 1);
        assertThat(complete(first).own()).isEqualTo(sent.own());
    }

    @Test
    void acknowledgement_frees_what_it_covers() throws Exception {
        send(ANN, MOST);
        acknowledge(1);
        send(ANN, 1);
        assertThat(refusal(pair(ANN))).isEqualTo(Refusal.BACKLOG_FULL);
        acknowledge(MOST + 1);
        send(ANN, MOST);
        assertThat(refusal(pair(ANN))).isEqualTo(Refusal.BACKLOG_FULL);
    }

    @Test
    void message_that_is_too_old_waits_no_longer() throws Exception {
        send(ANN, 1);
        clock.pass(KEPT.ageMs() / 2);
        send(ANN, MOST - 1);
        clock.pass(KEPT.ageMs() / 2);
        assertThat(refusal(pair(ANN))).isEqualTo(Refusal.BACKLOG_FULL);
        clock.pass(1);
        send(ANN, 1);
        assertThat(refusal(pair(ANN))).isEqualTo(Refusal.BACKLOG_FULL);
    }

    @Test
    void message_that_is_no_longer_kept_leaves_no_backlog() throws Exception {
        send(ANN, MOST);
        for (int sender = 0; sender < KEPT.entries(); sender++) {
            acknowledge(head().seq());
            send(new UserId("u" + sender), 1);
        }
        assertThat(backlogs()).isEqualTo(KEPT.entries());
    }

    @Test
    void blocked_sender_is_answered_like_any_other_and_reaches_only_their_own_inbox() throws Exception {
        block(ANN);
        PairedAppend pair = pair(ANN);
        Complete sent = complete(pair);
        assertThat(sent.messageId())
                .isEqualTo(pair.append().idempotencyKey().orElseThrow().messageId());
        assertThat(sent.own()).isEqualTo(await(opened.streams().head(ANNS)));
        assertThat(sent.stored()).extracting(StreamEntry::stream).containsExactly(ANNS);
        assertThat(head().seq()).isZero();
        send(CAROL, 1);
        assertThat(head().seq()).isEqualTo(1);
    }

    @Test
    void blocked_sender_who_repeats_a_message_gets_the_first_outcome_also_when_the_block_is_lifted() throws Exception {
        send(CAROL, 2);
        block(ANN);
        Complete sent = complete(pair(ANN, "id", "m-a"));
        reopen();
        assertThat(complete(pair(ANN, "id", "m-b")))
                .isEqualTo(new Complete("m-a", sent.recipients(), sent.own(), List.of()));
        unblock(ANN);
        assertThat(complete(pair(ANN, "id", "m-c")).own()).isEqualTo(sent.own());
        assertThat(head().seq()).isEqualTo(2);
    }

    @Test
    void blocked_sender_whose_first_attempt_broke_off_keeps_a_copy_of_what_is_acknowledged() throws Exception {
        send(CAROL, 2);
        block(ANN);
        await(opened.streams().append(pair(ANN, "id", "m-a").append()));
        Complete sent = complete(pair(ANN, "id", "m-b"));
        assertThat(sent.messageId()).isEqualTo("m-a");
        assertThat(sent.stored())
                .extracting(entry -> new String(entry.body(), StandardCharsets.UTF_8))
                .containsExactly("m-a hello");
    }

    @Test
    void blocked_sender_finds_a_full_backlog_like_that_of_a_recipient_who_is_away() throws Exception {
        block(ANN);
        send(ANN, MOST);
        assertThat(refusal(pair(ANN))).isEqualTo(Refusal.BACKLOG_FULL);
        send(CAROL, 1);
        acknowledge(1);
        send(ANN, MOST);
        unblock(ANN);
        send(ANN, MOST);
        assertThat(head().seq()).isEqualTo(1 + MOST);
    }

    @Test
    void deletions_have_places_of_their_own_and_edits_those_of_messages() throws Exception {
        String first = complete(pair(ANN)).messageId();
        assertThat(amend(first, Change.EDIT)).isInstanceOf(AppendResult.Stored.class);
        send(ANN, MOST - 2);
        assertThat(amend(first, Change.EDIT)).isEqualTo(Refusal.BACKLOG_FULL);
        assertThat(amend(first, Change.DELETE)).isInstanceOf(AppendResult.Stored.class);
        assertThat(refusal(pair(ANN))).isEqualTo(Refusal.BACKLOG_FULL);
        assertThat(head().seq()).isEqualTo(MOST + 1);
    }

    /** So one sender has at most twice as many entries waiting as messages. */
    @Test
    void deletions_that_wait_have_a_bound_of_the_same_size() throws Exception {
        List<String> delivered = messages(MOST + 1);
        acknowledge(MOST + 1);
        reopen();
        for (String each : delivered.subList(0, MOST)) {
            assertThat(amend(each, Change.DELETE)).isInstanceOf(AppendResult.Stored.class);
        }
        reopen();
        assertThat(amend(delivered.get(MOST), Change.DELETE)).isEqualTo(Refusal.BACKLOG_FULL);
        send(ANN, MOST);
        acknowledge(MOST + 2);
        assertThat(amend(delivered.get(MOST), Change.DELETE)).isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void amendment_of_what_the_inbox_has_no_longer_is_appended_and_counted_where_another_copy_decided()
            throws Exception {
        for (int i = 0; i < MOST; i++) {
            assertThat(amend("gone-" + i, Change.EDIT)).isInstanceOf(AppendResult.Stored.class);
        }
        assertThat(amend("gone", Change.EDIT)).isEqualTo(Refusal.BACKLOG_FULL);
        assertThat(head().seq()).isEqualTo(MOST);
        String first = complete(pair(CAROL)).messageId();
        assertThat(amend(first, Change.DELETE)).as("of another author").isInstanceOf(AppendResult.Stored.class);
        assertThat(await(opened.streams().find(StreamName.inbox(BOB), first, 100))
                        .orElseThrow()
                        .state())
                .isEqualTo(EntryState.MESSAGE);
    }

    /** Else the recipient would see the edit of what they saw deleted, which the author's copy then refuses. */
    @Test
    void edit_of_what_this_inbox_deleted_is_refused_although_another_copy_decided() throws Exception {
        String first = complete(pair(ANN)).messageId();
        assertThat(amend(first, Change.DELETE)).isInstanceOf(AppendResult.Stored.class);
        reopen();
        assertThat(await(opened.streams()
                        .amend(amendment(ANN, first, Change.EDIT).asDecided(Optional.empty()))))
                .isEqualTo(Refusal.NOT_FOUND);
        assertThat(head().seq()).isEqualTo(2);
        assertThat(await(opened.streams().find(StreamName.inbox(BOB), first, 100))
                        .orElseThrow()
                        .state())
                .isEqualTo(EntryState.DELETED);
    }

    @Test
    void amendment_that_another_copy_has_is_known_where_this_one_was_deleted() throws Exception {
        String first = complete(pair(ANN)).messageId();
        assertThat(amend(first, Change.DELETE)).isInstanceOf(AppendResult.Stored.class);
        long deletedAt = head().seq();
        send(CAROL, 1);
        AmendRequest edit = amendment(ANN, first, Change.EDIT).asDone(new Position("elsewhere", 7), Optional.empty());
        for (AmendRequest each : List.of(
                amendment(ANN, first, Change.DELETE).asDecided(Optional.empty()),
                amendment(ANN, first, Change.DELETE).asDone(new Position("elsewhere", 8), Optional.empty()),
                edit,
                edit)) {
            AppendResult.Duplicate known =
                    (AppendResult.Duplicate) await(opened.streams().amend(each));
            assertThat(known.position().seq()).isEqualTo(deletedAt);
        }
        assertThat(head().seq()).isEqualTo(deletedAt + 1);
    }

    /** Two nodes write two edits into both copies, here in the other order. */
    @Test
    void edit_that_came_first_in_the_other_copy_does_not_replace_a_later_one() throws Exception {
        String first = complete(pair(ANN)).messageId();
        Position later = edited(first, new Position("a", 9));
        reopen();
        for (int seq : new int[] {5, 8}) {
            assertThat(edited(first, new Position("a", seq)).seq()).isEqualTo(later.seq());
        }
        assertThat(head().seq()).isEqualTo(later.seq());
        assertThat(edited(first, new Position("a", 0)).seq())
                .as("of a blocked author, whose edits have no order but their own")
                .isEqualTo(later.seq() + 1);
        assertThat(edited(first, new Position("a", 10)).seq()).isEqualTo(later.seq() + 2);
        assertThat(edited(first, new Position("b", 3)).seq())
                .as("the other copy began again")
                .isEqualTo(later.seq() + 3);
        assertThat(edited(complete(pair(ANN)).messageId(), new Position("b", 1)).seq())
                .as("of another message")
                .isEqualTo(later.seq() + 5);
    }

    /** Edits a copy that is counted in no backlog, as that of an author is not. */
    private Position edited(String messageId, Position elsewhere) throws Exception {
        AmendRequest request = amendment(ANN, messageId, Change.EDIT);
        AppendRequest counted = request.append();
        AmendRequest edit = request.with(new AppendRequest(
                        counted.stream(),
                        counted.window(),
                        counted.timestamp(),
                        counted.body(),
                        counted.author(),
                        counted.idempotencyKey(),
                        counted.notAfter()))
                .asDone(elsewhere, Optional.empty());
        return ((AppendResult.Placed) await(opened.streams().amend(edit))).position();
    }

    @Test
    void amendment_by_a_blocked_sender_is_answered_and_not_appended() throws Exception {
        String first = complete(pair(ANN)).messageId();
        block(ANN);
        send(ANN, MOST - 1);
        assertThat(amend(first, Change.DELETE)).isInstanceOf(AppendResult.Placed.class);
        assertThat(head().seq()).isEqualTo(1);
        assertThat(amend(first, Change.EDIT)).isEqualTo(Refusal.BACKLOG_FULL);
    }

    /** Whatever fills the backlog, and whether the message is in the inbox or not: one answer tells nothing of the other. */
    @Test
    void blocked_sender_and_another_have_the_same_places_for_amendments() throws Exception {
        List<List<String>> columns = new ArrayList<>();
        for (boolean blocked : new boolean[] {false, true}) {
            UserId sender = blocked ? CAROL : ANN;
            List<String> column = new ArrayList<>();
            String delivered = complete(pair(sender)).messageId();
            acknowledge(head().seq());
            String waiting = complete(pair(sender)).messageId();
            if (blocked) {
                block(sender);
            }
            for (Change change : Change.values()) { // after a deletion the author's copy lets no edit come here
                for (int round = 0; round < MOST + 1; round++) {
                    for (String message : List.of(delivered, waiting, "unknown")) {
                        boolean placed = amend(sender, message, change) instanceof AppendResult.Placed;
                        column.add(round + " " + change + " " + (placed ? "placed" : "full"));
                    }
                }
            }
            columns.add(column);
        }
        assertThat(columns.get(1)).isEqualTo(columns.get(0)).contains("0 DELETE placed", "3 EDIT full");
    }

    private List<String> messages(int count) throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(complete(pair(ANN)).messageId());
            acknowledge(i + 1);
        }
        return ids;
    }

    private AppendResult amend(String messageId, Change change) throws Exception {
        return amend(ANN, messageId, change);
    }

    private AppendResult amend(UserId by, String messageId, Change change) throws Exception {
        return await(opened.streams().amend(amendment(by, messageId, change).asDecided(Optional.empty())));
    }

    private AmendRequest amendment(UserId by, String messageId, Change change) {
        return new AmendRequest(
                pair(by).append(), messageId, by, false, change, Long.MIN_VALUE, 100, Integer.MAX_VALUE);
    }
}

package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.PLENTY;
import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.InboxStore.Delivery;
import dev.portcullis.streams.PairedResult.Complete;
import dev.portcullis.streams.PairedResult.Refused;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of every store of what lies beside inboxes, together with its store of streams. */
public abstract class InboxStoreContract {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");
    private static final StreamName ANNS = StreamName.inbox(ANN);
    private static final StreamName BOBS = StreamName.inbox(BOB);
    private static final InboxReader READER = new InboxReader(BOB, Optional.empty());
    private static final Retention KEPT = new Retention(20, TimeUnit.DAYS.toMillis(30));
    private static final int MOST = 3;
    private static final int DEVICES = 2;

    protected final SettableClock clock = new SettableClock();
    private Opened opened;
    private int ids;

    /** Opens the same store; called again after each close. */
    protected abstract Opened open() throws Exception;

    /** How many senders the store keeps a backlog of in Bob's inbox. */
    protected abstract long backlogs() throws Exception;

    /** One opening of a store. */
    public record Opened(StreamStore streams, InboxStore inboxes, AutoCloseable closing) {}

    @BeforeEach
    void begin() throws Exception {
        opened = open();
    }

    @AfterEach
    void end() throws Exception {
        opened.closing().close();
    }

    @Test
    void empty_inbox_is_delivered_from_its_beginning() throws Exception {
        assertThat(delivery(READER).acknowledged()).isZero();
        assertThat(delivery(READER).head().seq()).isZero();
        assertThat(delivery(READER).since()).isEqualTo(delivery(READER).head());
    }

    @Test
    void acknowledged_messages_are_not_delivered_again_and_the_position_survives_a_restart() throws Exception {
        send(ANN, 2);
        send(CAROL, 1);
        assertThat(acknowledge(2)).isEqualTo(2);
        reopen();
        Delivery delivery = delivery(READER);
        assertThat(delivery.acknowledged()).isEqualTo(2);
        Slice waiting = await(opened.streams().resume(BOBS, Optional.of(delivery.since()), PLENTY));
        assertThat(waiting.exact()).isTrue();
        assertThat(waiting.entries())
                .extracting(entry -> entry.position().seq())
                .containsExactly(3L);
    }

    @Test
    void reader_is_owed_what_is_kept_though_older_messages_were_trimmed_or_are_too_old() throws Exception {
        for (int sender = 0; sender < KEPT.entries() + 4; sender++) {
            send(new UserId("u" + sender), 1);
        }
        assertThat(delivery(READER).acknowledged()).isZero();
        assertThat(owed()).hasSize(KEPT.entries()).startsWith(5L);
        clock.pass(KEPT.ageMs());
        send(ANN, 2);
        assertThat(owed()).hasSize(KEPT.entries());
        clock.pass(1);
        assertThat(owed()).containsExactly(25L, 26L);
        acknowledge(25);
        assertThat(owed()).containsExactly(26L);
        clock.pass(KEPT.ageMs());
        assertThat(owed()).isEmpty();
        assertThat(delivery(READER).owedAfter()).isEqualTo(26);
    }

    @Test
    void position_never_moves_back_and_never_beyond_the_head() throws Exception {
        send(ANN, 3);
        assertThat(acknowledge(2)).isEqualTo(2);
        assertThat(acknowledge(1)).isEqualTo(2);
        assertThat(acknowledge(-5)).isEqualTo(2);
        assertThat(acknowledge(1_000)).isEqualTo(3);
        send(ANN, 1);
        assertThat(delivery(READER).acknowledged()).isEqualTo(3);
    }

    @Test
    void acknowledgement_of_an_epoch_that_the_inbox_never_had_changes_nothing() throws Exception {
        send(ANN, 3);
        assertThat(await(opened.inboxes().acknowledge(READER, new Position("foreign", 2), DEVICES)))
                .isZero();
    }

    @Test
    void acknowledgement_of_a_former_epoch_counts_as_far_as_the_inbox_has_it() throws Exception {
        send(ANN, 2);
        String former = head().epoch();
        reopen();
        send(CAROL, 2);
        assertThat(head().epoch()).isNotEqualTo(former);
        assertThat(await(opened.inboxes().acknowledge(READER, new Position(former, 4), DEVICES)))
                .isEqualTo(2);
    }

    @Test
    void each_device_has_its_own_position_and_a_new_one_begins_where_its_user_is() throws Exception {
        send(ANN, 2);
        assertThat(delivery(device("phone")).acknowledged()).isZero();
        assertThat(acknowledge(device("laptop"), 1)).isEqualTo(1);
        assertThat(delivery(device("phone")).acknowledged()).isZero();
        assertThat(delivery(READER).acknowledged()).isEqualTo(1);
        reopen();
        assertThat(delivery(device("laptop")).acknowledged()).isEqualTo(1);
        assertThat(acknowledge(device("phone"), 2)).isEqualTo(2);
        assertThat(delivery(device("tablet")).acknowledged()).isEqualTo(2);
    }

    @Test
    void device_that_was_unused_for_longest_is_replaced() throws Exception {
        send(ANN, 2);
        delivery(device("first"));
        clock.pass(1);
        delivery(device("second"));
        clock.pass(1);
        delivery(device("first"));
        clock.pass(1);
        acknowledge(device("third"), 2);
        assertThat(delivery(device("first")).acknowledged()).isZero();
        assertThat(delivery(device("second")).acknowledged()).isEqualTo(2);
    }

    @Test
    void device_that_opened_an_empty_inbox_keeps_its_position() throws Exception {
        delivery(device("phone"));
        send(ANN, 2);
        acknowledge(device("laptop"), 2);
        assertThat(delivery(device("phone")).acknowledged()).isZero();
    }

    @Test
    void sender_whose_backlog_is_full_is_refused_and_others_are_not() throws Exception {
        send(ANN, MOST);
        assertThat(refusal(pair(ANN))).isEqualTo(new AppendResult.BacklogFull());
        assertThat(head().seq()).isEqualTo(MOST);
        assertThat(await(opened.streams().head(ANNS)).seq()).isEqualTo(MOST);
        reopen();
        assertThat(refusal(pair(ANN))).isEqualTo(new AppendResult.BacklogFull());
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
        assertThat(refusal(pair(ANN))).isEqualTo(new AppendResult.BacklogFull());
        acknowledge(MOST + 1);
        send(ANN, MOST);
        assertThat(refusal(pair(ANN))).isEqualTo(new AppendResult.BacklogFull());
    }

    @Test
    void message_that_is_too_old_waits_no_longer() throws Exception {
        send(ANN, 1);
        clock.pass(KEPT.ageMs() / 2);
        send(ANN, MOST - 1);
        clock.pass(KEPT.ageMs() / 2);
        assertThat(refusal(pair(ANN))).isEqualTo(new AppendResult.BacklogFull());
        clock.pass(1);
        send(ANN, 1);
        assertThat(refusal(pair(ANN))).isEqualTo(new AppendResult.BacklogFull());
    }

    @Test
    void message_that_was_trimmed_waits_no_longer_and_leaves_no_backlog() throws Exception {
        send(ANN, MOST);
        for (int sender = 0; sender < KEPT.entries(); sender++) {
            send(new UserId("u" + sender), 1);
        }
        assertThat(backlogs()).isEqualTo(KEPT.entries());
        send(ANN, MOST);
        assertThat(refusal(pair(ANN))).isEqualTo(new AppendResult.BacklogFull());
        assertThat(backlogs()).isEqualTo(KEPT.entries() - MOST + 1);
    }

    @Test
    void deletion_takes_the_place_of_its_message_and_an_edit_one_more() throws Exception {
        String first = complete(pair(ANN)).messageId();
        assertThat(amend(first, Change.EDIT)).isInstanceOf(AppendResult.Stored.class);
        send(ANN, MOST - 2);
        assertThat(amend(first, Change.EDIT)).isEqualTo(new AppendResult.BacklogFull());
        assertThat(amend(first, Change.DELETE)).isInstanceOf(AppendResult.Stored.class);
        assertThat(refusal(pair(ANN))).isEqualTo(new AppendResult.BacklogFull());
        assertThat(head().seq()).isEqualTo(MOST + 1);
    }

    @Test
    void deletion_of_a_delivered_message_needs_a_place() throws Exception {
        String first = complete(pair(ANN)).messageId();
        acknowledge(1);
        send(ANN, MOST);
        assertThat(amend(first, Change.DELETE)).isEqualTo(new AppendResult.BacklogFull());
        assertThat(head().seq()).isEqualTo(MOST + 1);
    }

    @Test
    void blocked_sender_is_answered_like_any_other_and_reaches_only_their_own_inbox() throws Exception {
        assertThat(await(opened.inboxes().block(BOB, ANN, 10))).isTrue();
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
        await(opened.inboxes().block(BOB, ANN, 10));
        Complete sent = complete(pair(ANN, "id", "m-a"));
        reopen();
        assertThat(complete(pair(ANN, "id", "m-b")))
                .isEqualTo(new Complete("m-a", sent.recipients(), sent.own(), List.of()));
        await(opened.inboxes().unblock(BOB, ANN));
        assertThat(complete(pair(ANN, "id", "m-c")).own()).isEqualTo(sent.own());
        assertThat(head().seq()).isEqualTo(2);
    }

    @Test
    void blocked_sender_whose_first_attempt_broke_off_keeps_a_copy_of_what_is_acknowledged() throws Exception {
        send(CAROL, 2);
        await(opened.inboxes().block(BOB, ANN, 10));
        await(opened.streams().append(pair(ANN, "id", "m-a").append()));
        Complete sent = complete(pair(ANN, "id", "m-b"));
        assertThat(sent.messageId()).isEqualTo("m-a");
        assertThat(sent.stored())
                .extracting(entry -> new String(entry.body(), StandardCharsets.UTF_8))
                .containsExactly("m-a hello");
    }

    @Test
    void blocked_sender_finds_a_full_backlog_like_that_of_a_recipient_who_is_away() throws Exception {
        await(opened.inboxes().block(BOB, ANN, 10));
        send(ANN, MOST);
        assertThat(refusal(pair(ANN))).isEqualTo(new AppendResult.BacklogFull());
        send(CAROL, 1);
        acknowledge(1);
        send(ANN, MOST);
        await(opened.inboxes().unblock(BOB, ANN));
        send(ANN, MOST);
        assertThat(head().seq()).isEqualTo(1 + MOST);
    }

    @Test
    void amendment_by_a_blocked_sender_is_answered_and_not_appended() throws Exception {
        String first = complete(pair(ANN)).messageId();
        await(opened.inboxes().block(BOB, ANN, 10));
        send(ANN, MOST - 1);
        assertThat(amend(first, Change.DELETE)).isInstanceOf(AppendResult.Placed.class);
        assertThat(head().seq()).isEqualTo(1);
        assertThat(amend(first, Change.EDIT)).isEqualTo(new AppendResult.BacklogFull());
    }

    @Test
    void block_list_is_bounded_ordered_and_paged() throws Exception {
        InboxStore inboxes = opened.inboxes();
        assertThat(await(inboxes.block(BOB, CAROL, 2))).isTrue();
        assertThat(await(inboxes.block(BOB, ANN, 2))).isTrue();
        assertThat(await(inboxes.block(BOB, new UserId("dan"), 2))).isFalse();
        assertThat(await(inboxes.block(BOB, ANN, 2))).isTrue();
        assertThat(await(inboxes.block(new UserId("bob2"), new UserId("dan"), 2)))
                .isTrue();
        reopen();
        assertThat(blocked(Optional.empty(), 10)).containsExactly(ANN, CAROL);
        assertThat(blocked(Optional.empty(), 1)).containsExactly(ANN);
        assertThat(blocked(Optional.of(ANN), 10)).containsExactly(CAROL);
        assertThat(await(opened.inboxes().isBlocked(BOB, CAROL))).isTrue();
        assertThat(await(opened.inboxes().isBlocked(CAROL, BOB))).isFalse();
        await(opened.inboxes().unblock(BOB, CAROL));
        await(opened.inboxes().unblock(BOB, CAROL));
        assertThat(await(opened.inboxes().isBlocked(BOB, CAROL))).isFalse();
        assertThat(await(opened.inboxes().block(BOB, new UserId("dan"), 2))).isTrue();
        assertThat(await(opened.inboxes().block(BOB, CAROL, 2))).isFalse();
    }

    private List<UserId> blocked(Optional<UserId> after, int limit) throws Exception {
        return await(opened.inboxes().blocked(BOB, after, limit));
    }

    private Delivery delivery(InboxReader reader) throws Exception {
        return await(opened.inboxes().open(reader, DEVICES));
    }

    private List<Long> owed() throws Exception {
        Slice owed =
                await(opened.streams().resume(BOBS, Optional.of(delivery(READER).since()), PLENTY));
        assertThat(owed.exact()).isTrue();
        return owed.entries().stream().map(entry -> entry.position().seq()).toList();
    }

    private long acknowledge(long seq) throws Exception {
        return acknowledge(READER, seq);
    }

    private long acknowledge(InboxReader reader, long seq) throws Exception {
        return await(opened.inboxes().acknowledge(reader, new Position(head().epoch(), seq), DEVICES));
    }

    private static InboxReader device(String id) {
        return new InboxReader(BOB, Optional.of(id));
    }

    private void send(UserId from, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            complete(pair(from));
        }
    }

    private Complete complete(PairedAppend pair) throws Exception {
        PairedResult result = await(opened.streams().append(pair));
        assertThat(result).isInstanceOf(Complete.class);
        return (Complete) result;
    }

    private AppendResult.Refusal refusal(PairedAppend pair) throws Exception {
        PairedResult result = await(opened.streams().append(pair));
        assertThat(result).isInstanceOf(Refused.class);
        return ((Refused) result).why();
    }

    private AppendResult amend(String messageId, Change change) throws Exception {
        AmendResult result = await(opened.streams()
                .amend(new AmendRequest(pair(ANN).append(), messageId, ANN, false, change, Long.MIN_VALUE, 100)));
        assertThat(result).isInstanceOf(AmendResult.Appended.class);
        return ((AmendResult.Appended) result).outcome();
    }

    private PairedAppend pair(UserId from) {
        int id = ++ids;
        return pair(from, "id" + id, "m" + id);
    }

    private PairedAppend pair(UserId from, String id, String messageId) {
        byte[] body = (messageId + " hello").getBytes(StandardCharsets.UTF_8);
        IdempotencyKey key =
                new IdempotencyKey(from, "chat_message", id, "hello".getBytes(StandardCharsets.UTF_8), messageId);
        AppendRequest append = new AppendRequest(
                        BOBS, KEPT, clock.getAsLong(), body, Optional.of(from), Optional.of(key), Long.MAX_VALUE)
                .carrying(new Message(messageId, from))
                .in(new Backlog(from, MOST));
        return new PairedAppend(append, StreamName.inbox(from));
    }

    private Position head() throws Exception {
        return await(opened.streams().head(BOBS));
    }

    private void reopen() throws Exception {
        opened.closing().close();
        opened = open();
    }
}

package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Part;
import dev.portcullis.streams.StreamStore.Bounds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every store promises about searching inboxes. Bob's inbox has 20 entries at the most. */
public abstract class ConversationContract extends InboxFixture {
    private static final Bounds PLENTY = new Bounds(100, 1 << 20);
    private static final DirectConversation WITH_ANN = new DirectConversation(BOB, ANN);
    private static final DirectConversation WITH_CAROL = new DirectConversation(BOB, CAROL);

    @Test
    void part_has_the_entries_of_one_conversation_alone_in_the_order_of_the_read() throws Exception {
        for (int i = 0; i < 3; i++) {
            message(ANN, BOB, "a" + i, "");
            message(CAROL, BOB, "c" + i, "");
            message(BOB, ANN, "b" + i, "");
        }
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 0, PLENTY))).containsExactly(1L, 3L, 4L, 6L, 7L, 9L);
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 4, PLENTY))).containsExactly(6L, 7L, 9L);
        assertThat(seqs(read(WITH_ANN, Order.BEFORE, Long.MAX_VALUE, PLENTY))).containsExactly(9L, 7L, 6L, 4L, 3L, 1L);
        assertThat(seqs(read(WITH_CAROL, Order.BEFORE, 8, PLENTY))).containsExactly(5L, 2L);
        assertThat(seqs(read(new DirectConversation(BOB, new UserId("dan")), Order.AFTER, 0, PLENTY)))
                .isEmpty();
        assertThat(seqs(read(new DirectConversation(BOB, BOB), Order.AFTER, 0, PLENTY)))
                .isEmpty();
    }

    @Test
    void name_of_a_conversation_in_a_text_is_not_taken_for_one() throws Exception {
        message(CAROL, BOB, "c", "\\\"type\\\":\\\"chat_message\\\",\\\"recipientId\\\":\\\"bob\\\"");
        append(CAROL, "x", "\"type\":\"chat_message\",\"roomId\":\"bob\",\"messageId\":\"x\",\"userId\":\"ann\"}");
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 0, PLENTY))).isEmpty();
        assertThat(seqs(read(WITH_CAROL, Order.AFTER, 0, PLENTY))).containsExactly(1L);
    }

    @Test
    void part_that_is_full_says_exactly_whether_there_is_more() throws Exception {
        message(ANN, BOB, "a0", "");
        message(CAROL, BOB, "c0", "");
        message(ANN, BOB, "a1", "");
        message(CAROL, BOB, "c1", "");
        Part full = read(WITH_ANN, Order.BEFORE, Long.MAX_VALUE, new Bounds(2, 1 << 20));
        assertThat(seqs(full)).containsExactly(3L, 1L);
        assertThat(full.cut()).isFalse();
        Part one = read(WITH_ANN, Order.AFTER, 0, new Bounds(1, 1 << 20));
        assertThat(seqs(one)).containsExactly(1L);
        assertThat(one.cut()).isTrue();
        assertThat(read(WITH_ANN, Order.AFTER, 1, new Bounds(0, 1 << 20)).cut()).isTrue();
        assertThat(read(WITH_ANN, Order.AFTER, 3, new Bounds(0, 1 << 20)).cut()).isFalse();
        Part small = read(WITH_ANN, Order.AFTER, 0, new Bounds(100, 1));
        assertThat(seqs(small)).containsExactly(1L);
        assertThat(small.cut()).isTrue();
    }

    @Test
    void messages_have_their_latest_state_and_entries_come_as_they_are() throws Exception {
        message(ANN, BOB, "a0", "");
        message(ANN, BOB, "a1", "");
        amend(ANN, BOB, "a0", Change.EDIT);
        amend(ANN, BOB, "a1", Change.DELETE);
        Part latest = read(WITH_ANN, Order.BEFORE, Long.MAX_VALUE, PLENTY);
        assertThat(latest.entries().stream()
                        .map(each -> each.entry().position().seq() + " " + each.state() + " "
                                + each.amendment().orElseThrow().position().seq()))
                .containsExactly("2 DELETED 4", "1 EDITED 3");
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 0, PLENTY))).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void message_is_found_behind_more_than_a_megabyte() throws Exception {
        String large = "x".repeat(150_000);
        for (int i = 0; i < 18; i++) {
            message(CAROL, BOB, "m" + i, large);
        }
        assertThat(await(opened.streams().find(StreamName.inbox(BOB), "m0", 100))
                        .orElseThrow()
                        .entry()
                        .position()
                        .seq())
                .isEqualTo(1);
        assertThat(await(opened.streams().find(StreamName.inbox(BOB), "unknown", 100)))
                .isEmpty();
    }

    @Test
    void conversation_is_read_whole_between_entries_of_others() throws Exception {
        String large = "x".repeat(150_000);
        for (int i = 0; i < 18; i++) {
            message(i == 9 ? ANN : CAROL, BOB, "m" + i, large);
        }
        for (Order order : Order.values()) {
            Part part = read(WITH_ANN, order, order == Order.AFTER ? 0 : Long.MAX_VALUE, PLENTY);
            assertThat(seqs(part)).as(order.name()).containsExactly(10L);
            assertThat(part.cut()).as(order.name()).isFalse();
        }
    }

    /** Else users with full inboxes make the store read a megabyte for each call that finds nothing (CWE-405). */
    @Test
    void read_of_an_empty_conversation_looks_at_no_entry() throws Exception {
        String large = "x".repeat(150_000);
        for (int i = 0; i < 18; i++) {
            message(CAROL, BOB, "m" + i, large);
        }
        for (Order order : Order.values()) {
            Part part = read(WITH_ANN, order, order == Order.AFTER ? 0 : Long.MAX_VALUE, PLENTY);
            assertThat(part.entries()).as(order.name()).isEmpty();
            assertThat(part.cut()).as(order.name()).isFalse();
            assertThat(part.gap()).as(order.name()).isFalse();
        }
    }

    @Test
    void conversation_is_what_is_kept_of_it_whatever_was_trimmed_amended_or_written_between() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<UserId> others = List.of(ANN, CAROL, new UserId("dan"), new UserId("eve"));
        List<UserId> with = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            UserId other = others.get(Math.min(random.nextInt(5), random.nextInt(4)));
            boolean received = random.nextBoolean();
            acknowledge(with.size());
            message(received ? other : BOB, received ? BOB : other, "m" + i, "");
            with.add(other);
            if (random.nextInt(5) == 0) {
                amend(received ? other : BOB, received ? BOB : other, "m" + i, Change.EDIT);
                with.add(other);
            }
            if (random.nextInt(40) == 0) {
                reopen();
            }
            UserId asked = others.get(random.nextInt(4));
            long after = Math.max(0, with.size() - random.nextInt(30));
            List<Long> kept = LongStream.rangeClosed(Math.max(after + 1, with.size() - 19L), with.size())
                    .filter(seq -> with.get((int) seq - 1).equals(asked))
                    .boxed()
                    .toList();
            assertThat(seqs(read(new DirectConversation(BOB, asked), Order.AFTER, after, PLENTY)))
                    .as("seed %d, step %d, with %s after %d", seed, i, asked, after)
                    .isEqualTo(kept);
        }
    }

    @Test
    void gap_is_told_where_entries_behind_the_position_are_no_longer_kept() throws Exception {
        for (int i = 0; i < 25; i++) {
            acknowledge(i);
            message(i % 2 == 0 ? ANN : CAROL, BOB, "m" + i, "");
        }
        assertThat(read(WITH_ANN, Order.AFTER, 4, PLENTY).gap()).isTrue();
        assertThat(read(WITH_ANN, Order.AFTER, 5, PLENTY).gap()).isFalse();
        assertThat(read(WITH_ANN, Order.AFTER, 25, PLENTY).gap()).isFalse();
        assertThat(read(WITH_ANN, Order.AFTER, 99, PLENTY).gap()).isFalse();
        DirectConversation empty = new DirectConversation(BOB, new UserId("dan"));
        assertThat(read(empty, Order.AFTER, 4, PLENTY).gap()).isTrue();
        assertThat(read(empty, Order.AFTER, 5, PLENTY).gap()).isFalse();
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 0, PLENTY))).startsWith(7L);
        clock.pass(KEPT.ageMs() + 1);
        assertThat(read(WITH_ANN, Order.AFTER, 5, PLENTY).gap()).isTrue();
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 5, PLENTY))).isEmpty();
        assertThat(seqs(read(WITH_ANN, Order.BEFORE, 99, PLENTY))).isEmpty();
        assertThat(read(WITH_ANN, Order.AFTER, 5, PLENTY).head().seq()).isEqualTo(25);
    }

    @Test
    void conversation_goes_on_over_forks_of_the_store() throws Exception {
        message(ANN, BOB, "a0", "");
        reopen();
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 0, PLENTY))).containsExactly(1L);
        assertThat(read(WITH_ANN, Order.AFTER, 0, PLENTY).head()).isEqualTo(head());
        message(ANN, BOB, "a1", "");
        assertThat(seqs(read(WITH_ANN, Order.BEFORE, Long.MAX_VALUE, PLENTY))).containsExactly(2L, 1L);
    }

    @Test
    void message_is_found_with_its_author_its_state_and_its_edits() throws Exception {
        message(ANN, BOB, "a0", "");
        message(CAROL, BOB, "c0", "");
        amend(ANN, BOB, "a0", Change.EDIT);
        amend(ANN, BOB, "a0", Change.EDIT);
        StoredMessage found =
                await(opened.streams().find(StreamName.inbox(BOB), "a0", 100)).orElseThrow();
        assertThat(found.entry().position().seq()).isEqualTo(1);
        assertThat(found.author()).isEqualTo(ANN);
        assertThat(found.state()).isEqualTo(EntryState.EDITED);
        assertThat(found.edits()).isEqualTo(2);
        assertThat(found.stored()).isEqualTo(clock.getAsLong());
        assertThat(await(opened.streams().find(StreamName.inbox(BOB), "c0", 100))
                        .orElseThrow()
                        .edits())
                .isZero();
        assertThat(await(opened.streams().find(StreamName.inbox(BOB), "c0", 2))).isEmpty();
        assertThat(await(opened.streams().find(StreamName.inbox(BOB), "c0", 3))).isPresent();
        assertThat(await(opened.streams().find(StreamName.inbox(CAROL), "c0", 3)))
                .isEmpty();
        clock.pass(KEPT.ageMs() + 1);
        assertThat(await(opened.streams().find(StreamName.inbox(BOB), "c0", 3))).isEmpty();
    }

    private Part read(DirectConversation of, Order order, long seq, Bounds bounds) throws Exception {
        return await(opened.inboxes().conversation(new DirectConversation.Read(of, order, seq), bounds));
    }

    private static List<Long> seqs(Part part) {
        return part.entries().stream()
                .map(each -> each.entry().position().seq())
                .toList();
    }

    protected final void message(UserId from, UserId to, String id, String text) throws Exception {
        append(from, id, body("chat_message", from, to, id, text));
    }

    private void append(UserId from, String id, String body) throws Exception {
        assertThat(await(opened.streams().append(request(from, body, KEPT).carrying(new Message(id, from)))))
                .isInstanceOf(AppendResult.Stored.class);
    }

    private void amend(UserId from, UserId to, String id, Change change) throws Exception {
        String type = change == Change.EDIT ? "message_edited" : "message_deleted";
        AppendRequest append = request(from, body(type, from, to, id, "new"), KEPT);
        assertThat(await(opened.streams()
                        .amend(new AmendRequest(
                                append, id, from, false, change, Long.MIN_VALUE, 100, Integer.MAX_VALUE))))
                .isInstanceOf(AppendResult.Stored.class);
    }

    private AppendRequest request(UserId from, String body, StreamWindow kept) {
        return new AppendRequest(
                BOBS,
                kept,
                clock.getAsLong(),
                body.getBytes(StandardCharsets.UTF_8),
                Optional.of(from),
                Optional.empty(),
                Long.MAX_VALUE);
    }

    private static String body(String type, UserId from, UserId to, String id, String text) {
        return "\"type\":\"" + type + "\",\"recipientId\":\"" + to.value() + "\",\"messageId\":\"" + id
                + "\",\"userId\":\"" + from.value() + "\",\"content\":\"" + text + "\"}";
    }
}

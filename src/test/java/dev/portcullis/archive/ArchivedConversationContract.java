package dev.portcullis.archive;

import static dev.portcullis.archive.ArchiveStore.NOTHING;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Part;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every archive promises about the conversations of Bob's inbox. */
interface ArchivedConversationContract extends ArchiveFixture {
    UserId CAROL = new UserId("carol");
    DirectConversation WITH_ANN = new DirectConversation(ArchiveSample.BOB, ArchiveSample.ANN);
    DirectConversation WITH_CAROL = new DirectConversation(ArchiveSample.BOB, CAROL);
    ArchiveSample INBOX = new ArchiveSample(StreamName.inbox(ArchiveSample.BOB), "e1");

    @Test
    default void part_has_the_entries_of_one_conversation_alone_in_the_order_of_the_read() throws Exception {
        addToInbox(
                direct(1, ArchiveSample.ANN, ArchiveSample.BOB),
                direct(2, CAROL, ArchiveSample.BOB),
                direct(3, ArchiveSample.BOB, ArchiveSample.ANN),
                direct(4, ArchiveSample.BOB, CAROL),
                direct(5, ArchiveSample.ANN, ArchiveSample.BOB));
        reopen();
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 0, PLENTY))).containsExactly(1L, 3L, 5L);
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 1, PLENTY))).containsExactly(3L, 5L);
        assertThat(seqs(read(WITH_ANN, Order.BEFORE, Long.MAX_VALUE, PLENTY))).containsExactly(5L, 3L, 1L);
        assertThat(seqs(read(WITH_ANN, Order.BEFORE, 5, PLENTY))).containsExactly(3L, 1L);
        assertThat(seqs(read(WITH_CAROL, Order.BEFORE, 4, PLENTY))).containsExactly(2L);
        assertThat(read(WITH_CAROL, Order.BEFORE, 4, PLENTY).head()).isEqualTo(INBOX.at(5));
        for (UserId other : List.of(new UserId("dan"), new UserId("an"), new UserId("ann1"), ArchiveSample.BOB)) {
            DirectConversation none = new DirectConversation(ArchiveSample.BOB, other);
            assertThat(read(none, Order.AFTER, 0, PLENTY).entries()).isEmpty();
            assertThat(read(none, Order.BEFORE, 9, PLENTY).entries()).isEmpty();
        }
        DirectConversation ofAnn = new DirectConversation(ArchiveSample.ANN, ArchiveSample.BOB);
        assertThat(read(ofAnn, Order.AFTER, 0, PLENTY).entries()).isEmpty();
        assertThat(read(ofAnn, Order.AFTER, 0, PLENTY).head()).isEqualTo(NOTHING);
    }

    @Test
    default void part_of_a_conversation_tells_exactly_whether_there_is_more() {
        addToInbox(
                direct(1, ArchiveSample.ANN, ArchiveSample.BOB),
                direct(2, CAROL, ArchiveSample.BOB),
                direct(3, ArchiveSample.ANN, ArchiveSample.BOB),
                direct(4, CAROL, ArchiveSample.BOB));
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
    default void long_conversation_is_read_in_pages() {
        List<EntryRow> rows = new ArrayList<>();
        List<Long> withAnn = new ArrayList<>();
        for (long seq = 1; seq <= 700; seq++) {
            rows.add(direct(seq, seq % 3 == 0 ? CAROL : ArchiveSample.ANN, ArchiveSample.BOB));
            if (seq % 3 != 0) {
                withAnn.add(seq);
            }
        }
        addToInbox(rows.toArray(EntryRow[]::new));
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 0, PLENTY))).isEqualTo(withAnn);
        List<Long> paged = new ArrayList<>();
        boolean more = true;
        for (long before = 701; more; before = paged.get(paged.size() - 1)) {
            Part part = read(WITH_ANN, Order.BEFORE, before, new Bounds(50, 1 << 20));
            paged.addAll(seqs(part));
            more = part.cut();
        }
        Collections.reverse(paged);
        assertThat(paged).isEqualTo(withAnn);
    }

    @Test
    default void messages_of_a_conversation_have_their_latest_state_and_entries_come_as_they_are() {
        addToInbox(
                direct(1, ArchiveSample.ANN, ArchiveSample.BOB),
                direct(2, ArchiveSample.ANN, ArchiveSample.BOB),
                amendment(3, 1, "message_edited"),
                amendment(4, 2, "message_deleted"));
        assertThat(described(read(WITH_ANN, Order.BEFORE, 9, PLENTY))).containsExactly("2 DELETED 4", "1 EDITED 3");
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 0, PLENTY))).containsExactly(1L, 2L, 3L, 4L);
        addToInbox(amendment(5, 1, "message_edited"));
        assertThat(described(read(WITH_ANN, Order.BEFORE, 9, PLENTY))).containsExactly("2 DELETED 4", "1 EDITED 5");
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 0, PLENTY))).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    default void gap_of_the_other_user_is_told_and_that_of_another_is_not() {
        addToInbox(
                direct(1, ArchiveSample.ANN, ArchiveSample.BOB),
                direct(2, ArchiveSample.ANN, ArchiveSample.BOB).trimmed(),
                direct(3, ArchiveSample.ANN, ArchiveSample.BOB),
                direct(4, CAROL, ArchiveSample.BOB));
        Part withAnn = read(WITH_ANN, Order.AFTER, 0, PLENTY);
        assertThat(seqs(withAnn)).containsExactly(1L, 3L);
        assertThat(withAnn.gap()).isTrue();
        assertThat(read(WITH_ANN, Order.AFTER, 1, PLENTY).gap()).isTrue();
        assertThat(read(WITH_ANN, Order.AFTER, 2, PLENTY).gap()).isFalse();
        assertThat(read(WITH_CAROL, Order.AFTER, 0, PLENTY).gap()).isFalse();
        Part before = read(WITH_ANN, Order.BEFORE, 9, PLENTY);
        assertThat(seqs(before)).containsExactly(3L, 1L);
        assertThat(before.gap()).isFalse();
    }

    @Test
    default void hole_within_a_part_of_a_conversation_is_told() throws Exception {
        addToInbox(direct(3, ArchiveSample.ANN, ArchiveSample.BOB), direct(4, CAROL, ArchiveSample.BOB));
        addToInbox(direct(7, CAROL, ArchiveSample.BOB), direct(8, ArchiveSample.ANN, ArchiveSample.BOB));
        addToInbox(direct(9, ArchiveSample.ANN, ArchiveSample.BOB));
        reopen();
        Bounds one = new Bounds(1, 1 << 20);
        assertThat(read(WITH_ANN, Order.AFTER, 0, one).gap()).isTrue();
        assertThat(read(WITH_ANN, Order.AFTER, 2, one).gap()).isFalse();
        assertThat(seqs(read(WITH_ANN, Order.AFTER, 2, PLENTY))).containsExactly(3L, 8L, 9L);
        assertThat(read(WITH_ANN, Order.AFTER, 2, PLENTY).gap()).isTrue();
        assertThat(read(WITH_ANN, Order.AFTER, 3, one).gap()).isTrue();
        assertThat(read(WITH_ANN, Order.AFTER, 5, one).gap()).isTrue();
        assertThat(read(WITH_ANN, Order.AFTER, 6, PLENTY).gap()).isFalse();
        assertThat(read(WITH_CAROL, Order.AFTER, 7, PLENTY).gap()).isFalse();
        assertThat(read(WITH_CAROL, Order.AFTER, 5, PLENTY).gap()).isTrue();
        for (long end : new long[] {9, 10, 99}) {
            assertThat(read(WITH_ANN, Order.AFTER, end, PLENTY).gap()).isFalse();
        }
        assertThat(seqs(read(WITH_ANN, Order.BEFORE, 99, PLENTY))).containsExactly(9L, 8L, 3L);
        assertThat(read(WITH_ANN, Order.BEFORE, 99, PLENTY).gap()).isFalse();
    }

    @Test
    default void hole_that_was_superseded_is_told_no_more() {
        addToInbox(direct(1, ArchiveSample.ANN, ArchiveSample.BOB), direct(2, ArchiveSample.ANN, ArchiveSample.BOB));
        addToInbox(direct(5, ArchiveSample.ANN, ArchiveSample.BOB), direct(6, CAROL, ArchiveSample.BOB));
        done(archive()
                .add(List.of(INBOX.superseding(
                        inboxPosition(),
                        2,
                        direct(3, ArchiveSample.BOB, ArchiveSample.ANN),
                        direct(4, CAROL, ArchiveSample.BOB),
                        direct(5, CAROL, ArchiveSample.BOB)))));
        Part part = read(WITH_ANN, Order.AFTER, 0, PLENTY);
        assertThat(seqs(part)).containsExactly(1L, 2L, 3L);
        assertThat(part.gap()).isFalse();
        assertThat(seqs(read(WITH_CAROL, Order.AFTER, 0, PLENTY))).containsExactly(4L, 5L);
    }

    @Test
    default void name_of_a_conversation_in_a_text_is_not_taken_for_one() {
        String hidden = "\\\"type\\\":\\\"chat_message\\\",\\\"recipientId\\\":\\\"bob\\\"";
        addToInbox(
                INBOX.row(1, EntryState.MESSAGE, 0, by(1, CAROL), body("chat_message", CAROL, 1, hidden)),
                INBOX.plain(2, "\"type\":\"chat_message\",\"roomId\":\"bob\",\"messageId\":\"x\",\"userId\":\"ann\"}"));
        assertThat(read(WITH_ANN, Order.AFTER, 0, PLENTY).entries()).isEmpty();
        assertThat(seqs(read(WITH_CAROL, Order.AFTER, 0, PLENTY))).containsExactly(1L);
    }

    default Part read(DirectConversation of, Order order, long seq, Bounds bounds) {
        return done(archive().conversation(new DirectConversation.Read(of, order, seq), bounds));
    }

    default void addToInbox(EntryRow... rows) {
        assertThat(done(archive().add(List.of(INBOX.part(inboxPosition(), rows)))))
                .isEmpty();
    }

    private Position inboxPosition() {
        return done(archive().positions(List.of(INBOX.stream()))).get(0);
    }

    private static List<Long> seqs(Part part) {
        return part.entries().stream()
                .map(each -> each.entry().position().seq())
                .toList();
    }

    private static List<String> described(Part part) {
        return part.entries().stream()
                .map(each -> each.entry().position().seq() + " " + each.state() + " "
                        + each.amendment().orElseThrow().position().seq())
                .toList();
    }

    /** A message between Bob and another user. */
    static EntryRow direct(long seq, UserId from, UserId to) {
        String body = "\"type\":\"chat_message\",\"recipientId\":\"" + to.value() + "\",\"messageId\":\"m" + seq
                + "\",\"userId\":\"" + from.value() + "\",\"content\":\"text " + seq + "\"}";
        return INBOX.row(seq, EntryState.MESSAGE, 0, by(seq, from), body);
    }

    /** An amendment of the message that Ann sent to Bob at this seq. */
    private static EntryRow amendment(long seq, long of, String type) {
        return INBOX.row(
                seq, EntryState.AMENDMENT, 0, by(of, ArchiveSample.ANN), body(type, ArchiveSample.ANN, of, "new"));
    }

    private static String body(String type, UserId from, long messageSeq, String text) {
        return "\"type\":\"" + type + "\",\"recipientId\":\"bob\",\"messageId\":\"m" + messageSeq + "\",\"userId\":\""
                + from.value() + "\",\"content\":\"" + text + "\"}";
    }

    private static Optional<Message> by(long messageSeq, UserId author) {
        return Optional.of(new Message("m" + messageSeq, author));
    }
}

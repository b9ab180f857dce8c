package dev.portcullis.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WaitingAmendmentsTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final StreamName INBOX = StreamName.inbox(BEN);
    private static final Position HEAD = new Position("e1", 9);
    private static final Bounds PLENTY = new Bounds(100, 1 << 20);

    private final List<LatestEntry> read = List.of(
            new LatestEntry(message(1), EntryState.MESSAGE, Optional.empty()),
            new LatestEntry(message(2), EntryState.EDITED, Optional.of(edit(3, 2, "edited"))),
            new LatestEntry(edit(3, 2, "edited"), EntryState.AMENDMENT, Optional.empty()),
            new LatestEntry(message(4), EntryState.MESSAGE, Optional.empty()));
    private final WaitingAmendments waiting =
            new WaitingAmendments(read.stream().map(LatestEntry::entry).toList());

    @Test
    void newest_amendment_of_a_message_is_what_it_says_and_a_deletion_takes_all_texts() {
        take(edit(10, 1, "better"), edit(11, 1, "best"), deletion(12, 2), edit(13, 7, "of another message"));
        LatestSlice latest = waiting.latest(new LatestSlice(HEAD, read, true), PLENTY);
        assertThat(describe(latest.entries()))
                .containsExactly(
                        "1 MESSAGE text 1 -> EDITED best",
                        "2 EDITED deleted -> DELETED deleted",
                        "3 deleted",
                        "4 text 4");
        assertThat(latest.more()).isTrue();
        assertThat(waiting.appended(Slice.after(0, HEAD, entries(), false, 0), PLENTY)
                        .entries())
                .extracting(WaitingAmendmentsTest::text)
                .containsExactly("text 1", "deleted", "deleted", "text 4");
    }

    /** It came to the archive after it was read as one that waits. */
    @Test
    void amendment_that_the_archive_has_by_now_stays_the_newest() {
        take(edit(3, 2, "edited"));
        assertThat(describe(waiting.latest(new LatestSlice(HEAD, read, false), PLENTY)
                        .entries()))
                .isEqualTo(describe(read));
    }

    @Test
    void deleted_message_stays_deleted() {
        LatestEntry deleted = new LatestEntry(deletion(1, 1), EntryState.DELETED, Optional.of(deletion(5, 1)));
        WaitingAmendments late = new WaitingAmendments(List.of(message(1)));
        late.take(row(edit(8, 1, "late"), 1));
        LatestEntry shown = late.latest(deleted);
        assertThat(shown.state()).isEqualTo(EntryState.DELETED);
        assertThat(text(shown.entry())).isEqualTo("deleted");
        assertThat(shown.amendment().map(WaitingAmendmentsTest::text)).contains("deleted");
    }

    @Test
    void conversation_shows_them_in_both_orders() {
        take(edit(10, 1, "better"), deletion(12, 2));
        DirectConversation.Part part = new DirectConversation.Part(HEAD, read, false, true);
        DirectConversation.Part before = waiting.conversation(part, Order.BEFORE, PLENTY);
        assertThat(describe(before.entries())).contains("1 MESSAGE text 1 -> EDITED better");
        DirectConversation.Part after = waiting.conversation(part, Order.AFTER, PLENTY);
        assertThat(describe(after.entries())).containsExactly("1 text 1", "2 deleted", "3 deleted", "4 text 4");
        assertThat(after.gap()).isTrue();
    }

    @Test
    void page_that_long_edits_make_longer_than_it_may_be_ends_earlier() {
        take(edit(10, 2, "x".repeat(600)), edit(11, 4, "y".repeat(600)));
        Bounds bounds = new Bounds(100, 1_600);
        LatestSlice latest = waiting.latest(new LatestSlice(HEAD, read, false), bounds);
        assertThat(latest.more()).isTrue();
        assertThat(latest.entries()).hasSize(2);
        assertThat(latest.entries().stream().mapToInt(LatestEntry::length).sum())
                .isLessThanOrEqualTo(1_600);
        DirectConversation.Part part =
                waiting.conversation(new DirectConversation.Part(HEAD, read, false, false), Order.BEFORE, bounds);
        assertThat(part.cut()).isTrue();
        assertThat(part.entries()).hasSize(3);
    }

    private void take(StreamEntry... entries) {
        Stream.of(entries).forEach(entry -> waiting.take(row(entry, entry.timestamp())));
    }

    private static EntryRow row(StreamEntry entry, long of) {
        return new EntryRow(1, entry, EntryState.AMENDMENT, 0, Optional.of(new Message("m" + of, ANN)));
    }

    private List<StreamEntry> entries() {
        return read.stream().map(LatestEntry::entry).toList();
    }

    private static List<String> describe(List<LatestEntry> entries) {
        return entries.stream()
                .map(each -> each.entry().position().seq() + " " + describe(each))
                .toList();
    }

    private static String describe(LatestEntry each) {
        return each.amendment()
                .map(by -> (each.state() == EntryState.DELETED ? "EDITED " : "MESSAGE ") + text(each.entry()) + " -> "
                        + each.state() + " " + text(by))
                .orElse(text(each.entry()));
    }

    private static String text(StreamEntry entry) {
        String body = new String(entry.body(), StandardCharsets.UTF_8);
        return DeliveredMessage.isDeletion(entry.body())
                ? "deleted"
                : body.substring(body.indexOf("content") + 10, body.length() - 2);
    }

    private static StreamEntry message(long seq) {
        return entry(seq, seq, "chat_message", "text " + seq);
    }

    private static StreamEntry edit(long seq, long of, String text) {
        return entry(seq, of, "message_edited", text);
    }

    private static StreamEntry entry(long seq, long of, String type, String text) {
        String body = "\"type\":\"" + type + "\",\"recipientId\":\"ben\",\"messageId\":\"m" + of
                + "\",\"userId\":\"ann\",\"content\":\"" + text + "\"}";
        return new StreamEntry(INBOX, new Position("e1", seq), of, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The timestamp of an entry tells the message that it is of. */
    private static StreamEntry deletion(long seq, long of) {
        return new StreamEntry(
                INBOX,
                new Position("e1", seq),
                of,
                DeliveredMessage.deletedBody(new Target.ToUser(BEN), "m" + of, ANN, 5));
    }
}

package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.PLENTY;
import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult.Refusal;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of every store that takes deleted users out of its streams. */
public abstract class ErasureStoreContract {
    protected static final UserId ANN = new UserId("ann");
    protected static final UserId BOB = new UserId("bob");
    protected static final UserId DELETED = new UserId("deleted");
    private static final StreamName ROOM = StreamName.room(new RoomId("r"));
    protected static final StreamName BOBS = StreamName.inbox(BOB);
    private static final StreamWindow KEPT = new StreamWindow(1_000, TimeUnit.DAYS.toMillis(30));

    protected final SettableClock clock = new SettableClock();
    protected Opened opened;
    private int ids;

    /** Opens an empty store. */
    protected abstract Opened open() throws Exception;

    /** One opening of a store. */
    public record Opened(
            StreamStore streams,
            InboxStore inboxes,
            BlockListStore blocks,
            ErasureStore erasures,
            AutoCloseable closing) {}

    @BeforeEach
    void begin() throws Exception {
        opened = open();
    }

    @AfterEach
    void end() throws Exception {
        opened.closing().close();
    }

    @Test
    void entries_keep_all_but_their_author_and_the_name_beside_it() throws Exception {
        append(ROOM, ANN, ",\"username\":\"A \\\\ \\\"B\\\"\",\"content\":\"\\\"userId\\\":\\\"ann\\\" é\"");
        append(ROOM, BOB, ",\"username\":\"ann\",\"content\":\"of bob\"");
        append(ROOM, ANN, ",\"content\":\"no name\"");
        List<StreamEntry> before = entries(ROOM);

        assertThat(await(opened.erasures().disown(ROOM, Erasure.ofName(ANN, DELETED))))
                .isEqualTo(2);

        List<StreamEntry> after = entries(ROOM);
        assertThat(after)
                .extracting(StreamEntry::position)
                .isEqualTo(before.stream().map(StreamEntry::position).toList());
        assertThat(after)
                .extracting(StreamEntry::timestamp)
                .isEqualTo(before.stream().map(StreamEntry::timestamp).toList());
        assertThat(after)
                .extracting(ErasureStoreContract::text)
                .containsExactly(
                        "\"type\":\"chat\",\"userId\":\"deleted\",\"content\":\"\\\"userId\\\":\\\"ann\\\" é\"}",
                        "\"type\":\"chat\",\"userId\":\"bob\",\"username\":\"ann\",\"content\":\"of bob\"}",
                        "\"type\":\"chat\",\"userId\":\"deleted\",\"content\":\"no name\"}");
        assertThat(await(opened.erasures().disown(ROOM, Erasure.ofName(ANN, DELETED))))
                .isZero();
    }

    @Test
    void texts_go_with_their_author_and_messages_show_as_deleted() throws Exception {
        String id = append(ROOM, ANN, ",\"content\":\"secret\"");
        append(ROOM, BOB, ",\"content\":\"of bob\"");
        await(opened.streams().amend(edit(id, ",\"content\":\"secret again\"")));

        assertThat(await(opened.erasures().disown(ROOM, Erasure.ofTexts(ANN, DELETED))))
                .isEqualTo(2);

        assertThat(entries(ROOM))
                .extracting(ErasureStoreContract::text)
                .noneMatch(body -> body.contains("secret") || body.contains("\"ann\""))
                .anyMatch(body -> body.contains("of bob"));
        assertThat(await(opened.streams().latest(ROOM, 101, PLENTY)).entries())
                .extracting(LatestSlice.LatestEntry::state)
                .containsExactly(EntryState.DELETED, EntryState.MESSAGE, EntryState.AMENDMENT);
        assertThat(text(entries(ROOM).get(0)))
                .startsWith("\"type\":\"message_deleted\",\"roomId\":\"r\",\"messageId\":\"" + id
                        + "\",\"userId\":\"deleted\",\"timestamp\":");
        assertThat(await(opened.streams().amend(amend(id, BOB, true)))).isEqualTo(Refusal.NOT_FOUND);
        assertThat(await(opened.erasures().disown(ROOM, Erasure.ofTexts(ANN, DELETED))))
                .isZero();
    }

    @Test
    void texts_go_after_the_name_went_alone() throws Exception {
        append(ROOM, ANN, ",\"content\":\"kept\"");
        await(opened.erasures().disown(ROOM, Erasure.ofName(ANN, DELETED)));
        assertThat(await(opened.erasures().disown(ROOM, Erasure.ofTexts(ANN, DELETED))))
                .as("entries of a user whom nothing names any more")
                .isZero();
    }

    @Test
    void conversation_keeps_the_places_of_texts_that_went() throws Exception {
        letter(ANN, BOB, "secret");
        letter(BOB, ANN, "of bob");
        assertThat(await(opened.erasures().disown(BOBS, Erasure.ofTexts(ANN, DELETED))))
                .isEqualTo(1);
        assertThat(conversation(DELETED)).containsExactly(1L);
        assertThat(conversation(ANN)).containsExactly(2L);
        assertThat(text(entries(BOBS).get(0)))
                .startsWith("\"type\":\"message_deleted\",\"recipientId\":\"bob\",\"messageId\":\"l1\"");
        assertThat(await(opened.streams().head(BOBS)).seq()).isEqualTo(2);
    }

    @Test
    void message_of_a_deleted_author_is_amended_by_no_one_but_moderators() throws Exception {
        String id = append(ROOM, ANN, ",\"content\":\"x\"");
        await(opened.erasures().disown(ROOM, Erasure.ofName(ANN, DELETED)));
        assertThat(await(opened.streams().amend(amend(id, ANN, false)))).isEqualTo(Refusal.NOT_AUTHOR);
        assertThat(await(opened.streams().amend(amend(id, BOB, true)))).isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void more_entries_than_one_step_takes_are_all_disowned() throws Exception {
        for (int i = 0; i < 600; i++) {
            append(ROOM, i % 2 == 0 ? ANN : BOB, "");
        }
        assertThat(await(opened.erasures().disown(ROOM, Erasure.ofName(ANN, DELETED))))
                .isEqualTo(300);
        assertThat(entries(ROOM)).extracting(ErasureStoreContract::text).noneMatch(body -> body.contains("\"ann\""));
    }

    /** Two steps change one row: none of them may undo the other. */
    @Test
    void entries_that_are_deleted_meanwhile_lose_their_author_and_stay_deleted() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(append(ROOM, ANN, ",\"content\":\"" + "x".repeat(30_000) + "\""));
        }
        Future<Integer> disowned = opened.erasures().disown(ROOM, Erasure.ofName(ANN, DELETED));
        List<Future<AppendResult>> deletions = ids.stream()
                .map(id -> opened.streams().amend(amend(id, BOB, true)))
                .toList();
        assertThat(await(disowned)).isGreaterThanOrEqualTo(100);
        for (Future<AppendResult> each : deletions) {
            assertThat(await(each)).isInstanceOf(AppendResult.Stored.class);
        }
        assertThat(await(opened.erasures().disown(ROOM, Erasure.ofName(ANN, DELETED))))
                .isZero();
        assertThat(await(opened.streams().latest(ROOM, 101, PLENTY)).entries())
                .hasSize(100)
                .allMatch(each -> each.state() == EntryState.DELETED)
                .noneMatch(each -> text(each.entry()).contains("\"ann\""));
    }

    @Test
    void conversation_of_more_bytes_than_one_step_takes_is_divided_as_a_short_one() throws Exception {
        String text = "x".repeat(50_000);
        letter(BOB, ANN, text);
        for (int i = 0; i < 70; i++) {
            letter(ANN, BOB, text);
        }

        assertThat(await(opened.erasures().disown(BOBS, Erasure.ofName(ANN, DELETED))))
                .isEqualTo(70);

        assertThat(conversation(ANN)).containsExactly(1L);
        assertThat(conversation(DELETED)).startsWith(2L, 3L);
        assertThat(conversation(DELETED, 69)).containsExactly(70L, 71L);
        assertThat(entries(BOBS))
                .extracting(ErasureStoreContract::text)
                .noneMatch(body -> body.contains("\"userId\":\"ann\""));
    }

    @Test
    void disowned_messages_count_in_no_backlog() throws Exception {
        appendDirect(ANN, 1);
        assertThat(direct(ANN, 1)).isEqualTo(Refusal.BACKLOG_FULL);
        assertThat(await(opened.erasures().disown(BOBS, Erasure.ofName(ANN, DELETED))))
                .isEqualTo(1);
        assertThat(direct(ANN, 1)).isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void conversation_with_a_deleted_author_is_divided_into_what_they_wrote_and_what_they_received() throws Exception {
        letter(ANN, BOB);
        letter(BOB, ANN);
        letter(ANN, BOB);
        letter(new UserId("eve"), BOB);

        await(opened.erasures().disown(BOBS, Erasure.ofName(ANN, DELETED)));
        assertThat(conversation(ANN)).containsExactly(2L);
        assertThat(conversation(DELETED)).containsExactly(1L, 3L);

        await(opened.erasures().disown(BOBS, Erasure.ofName(new UserId("eve"), DELETED)));
        assertThat(conversation(new UserId("eve"))).isEmpty();
        assertThat(conversation(DELETED)).containsExactly(1L, 3L, 4L);
        await(opened.erasures().clear(BOB));
        assertThat(conversation(DELETED)).isEmpty();
        letter(BOB, ANN);
        assertThat(conversation(ANN)).containsExactly(5L);
    }

    protected final void letter(UserId from, UserId to) throws Exception {
        letter(from, to, "");
    }

    private void letter(UserId from, UserId to, String text) throws Exception {
        assertThat(letter(from, to, text, Optional.empty())).isInstanceOf(AppendResult.Stored.class);
    }

    private AppendResult letter(UserId from, UserId to, String text, Optional<Backlog> backlog) throws Exception {
        String id = "l" + ++ids;
        String body = "\"type\":\"chat_message\",\"recipientId\":\"" + to.value() + "\",\"messageId\":\"" + id
                + "\",\"userId\":\"" + from.value() + "\",\"content\":\"" + text + "\"}";
        AppendRequest append = new AppendRequest(
                        BOBS,
                        KEPT,
                        clock.getAsLong(),
                        body.getBytes(StandardCharsets.UTF_8),
                        Optional.of(from),
                        Optional.of(new IdempotencyKey(from, "chat_message", "k-" + id, new byte[16], id)),
                        Long.MAX_VALUE)
                .carrying(new Message(id, from));
        return await(opened.streams().append(backlog.map(append::in).orElse(append)));
    }

    private List<Long> conversation(UserId with) throws Exception {
        return conversation(with, 0);
    }

    private List<Long> conversation(UserId with, long after) throws Exception {
        DirectConversation.Read read =
                new DirectConversation.Read(new DirectConversation(BOB, with), DirectConversation.Order.AFTER, after);
        return await(opened.inboxes().conversation(read, PLENTY)).entries().stream()
                .map(each -> each.entry().position().seq())
                .toList();
    }

    @Test
    void users_with_whom_there_are_conversations_are_named_once_in_the_order_of_their_ids() throws Exception {
        List<UserId> others = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            UserId other = new UserId("u" + (1_000 + i));
            others.add(other);
            letter(other, BOB);
            letter(i % 2 == 0 ? other : BOB, i % 2 == 0 ? BOB : other);
        }
        letter(new UserId("u"), BOB);
        others.add(0, new UserId("u"));
        List<UserId> named = new ArrayList<>();
        Optional<UserId> last = Optional.empty();
        do {
            List<UserId> some = await(opened.erasures().conversations(BOB, last));
            named.addAll(some);
            last = some.isEmpty() ? Optional.empty() : Optional.of(some.get(some.size() - 1));
        } while (last.isPresent());
        assertThat(named).isEqualTo(others);
        assertThat(await(opened.erasures().conversations(ANN, Optional.empty())))
                .isEmpty();
    }

    @Test
    void cleared_inbox_is_empty_and_goes_on_behind_its_head() throws Exception {
        appendDirect(ANN, 9);
        appendDirect(ANN, 9);
        InboxReader device = new InboxReader(BOB, Optional.of("phone"));
        await(opened.inboxes().open(device, 9));
        Position head = await(opened.streams().head(BOBS));
        await(opened.inboxes().acknowledge(device, head, 9));

        assertThat(await(opened.erasures().clear(BOB))).isEqualTo(new ErasureStore.Cleared(2, head));

        assertThat(entries(BOBS)).isEmpty();
        assertThat(await(opened.streams().head(BOBS))).isEqualTo(head);
        InboxStore.Delivery again = await(opened.inboxes().open(new InboxReader(BOB, Optional.empty()), 9));
        assertThat(again.owedAfter()).isEqualTo(head.seq());
        assertThat(again.gap()).isZero();
        appendDirect(ANN, 1);
        assertThat(entries(BOBS)).extracting(entry -> entry.position().seq()).containsExactly(head.seq() + 1);
        await(opened.erasures().clear(BOB));
        assertThat(await(opened.erasures().clear(BOB)).entries()).isZero();
        assertThat(entries(BOBS)).isEmpty();
        assertThat(await(opened.erasures().clear(new UserId("stranger"))))
                .extracting(
                        ErasureStore.Cleared::entries, cleared -> cleared.head().seq())
                .containsExactly(0L, 0L);
    }

    /** What a blocked sender's backlog counts goes with no entry. */
    @Test
    void backlogs_of_blocked_senders_are_cleared_too() throws Exception {
        for (int i = 0; i < 300; i++) { // more than one step clears
            UserId blocked = new UserId("blocked-" + i);
            assertThat(await(opened.blocks().block(BOB, blocked, 300, Long.MAX_VALUE)))
                    .isTrue();
            assertThat(direct(blocked, 1)).isInstanceOf(AppendResult.Duplicate.class);
            assertThat(direct(blocked, 1)).isEqualTo(Refusal.BACKLOG_FULL);
        }

        await(opened.erasures().clear(BOB));

        for (int i = 0; i < 300; i++) {
            assertThat(direct(new UserId("blocked-" + i), 1)).isInstanceOf(AppendResult.Duplicate.class);
        }
    }

    @Test
    void each_room_and_inbox_with_entries_is_named_once_and_no_other_stream() throws Exception {
        Set<StreamName> expected = new HashSet<>(Set.of(BOBS));
        for (int i = 0; i < 200; i++) {
            StreamName room = StreamName.room(new RoomId("r" + i));
            append(room, ANN, "");
            expected.add(room);
            StreamName inbox = StreamName.inbox(new UserId("u" + i));
            append(inbox, ANN, "");
            expected.add(inbox);
        }
        appendDirect(ANN, 9);
        append(StreamName.cutoffs(7), ANN, "");
        List<StreamName> named = new ArrayList<>();
        Optional<StreamName> last = Optional.empty();
        do {
            List<StreamName> some = await(opened.erasures().streams(last));
            named.addAll(some);
            last = some.isEmpty() ? Optional.empty() : Optional.of(some.get(some.size() - 1));
        } while (last.isPresent());
        assertThat(named).containsExactlyInAnyOrderElementsOf(expected);
    }

    private String append(StreamName stream, UserId author, String rest) throws Exception {
        String id = "m-" + ids++;
        await(opened.streams().append(request(stream, author, rest).carrying(new Message(id, author))));
        return id;
    }

    private AppendRequest request(StreamName stream, UserId author, String rest) {
        return new AppendRequest(
                stream,
                KEPT,
                clock.getAsLong() + ids,
                ("\"type\":\"chat\",\"userId\":\"" + author.value() + "\"" + rest + "}")
                        .getBytes(StandardCharsets.UTF_8),
                Optional.of(author),
                Optional.of(new IdempotencyKey(author, "chat", "k-" + ids, new byte[16], "m-" + ids)),
                Long.MAX_VALUE);
    }

    private AmendRequest amend(String id, UserId by, boolean ofAny) {
        ids++;
        return new AmendRequest(request(ROOM, by, ""), id, by, ofAny, Change.DELETE, 0, 1_000, Integer.MAX_VALUE);
    }

    private AmendRequest edit(String id, String rest) {
        ids++;
        return new AmendRequest(request(ROOM, ANN, rest), id, ANN, false, Change.EDIT, 0, 1_000, Integer.MAX_VALUE);
    }

    private void appendDirect(UserId sender, int most) throws Exception {
        assertThat(direct(sender, most)).isInstanceOf(AppendResult.Stored.class);
    }

    private AppendResult direct(UserId sender, int most) throws Exception {
        return letter(sender, BOB, "", Optional.of(new Backlog(sender, most)));
    }

    private List<StreamEntry> entries(StreamName stream) throws Exception {
        return await(opened.streams().after(stream, 0, PLENTY)).entries();
    }

    private static String text(StreamEntry entry) {
        return new String(entry.body(), StandardCharsets.UTF_8);
    }
}

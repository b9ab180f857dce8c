package dev.portcullis.streams.unarchived;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store promises an archive that follows its streams. */
public abstract class ArchiveSourceContract {
    protected static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName INBOX = StreamName.inbox(new UserId("bob"));
    private static final UserId ANN = new UserId("ann");
    private static final StreamWindow WINDOW = new StreamWindow(5, TimeUnit.HOURS.toMillis(1), true);
    private static final Bounds PLENTY = new Bounds(1_000, 1 << 20);

    protected final SettableClock clock = new SettableClock();
    private Opened opened;
    private int ids;

    /** @param heads where streams go on that the store has forgotten */
    protected abstract Opened open(ArchivedHeads heads) throws Exception;

    /** One opening of a store. */
    public record Opened(StreamStore streams, ArchiveSource source, RowStore rows, AutoCloseable closing) {}

    @BeforeEach
    void begin() throws Exception {
        opened = open(any -> Future.succeededFuture(ArchivedHeads.NOTHING));
    }

    @AfterEach
    void end() throws Exception {
        opened.closing().close();
    }

    @Test
    void entries_of_a_followed_stream_wait_until_the_archive_has_them() throws Exception {
        append(LOBBY, 3);
        assertThat(waiting(LOBBY)).containsExactly(LOBBY.value());
        UnarchivedPart part = unarchived(LOBBY);
        assertThat(seqs(part)).containsExactly(1L, 2L, 3L);
        assertThat(part.archived()).isEqualTo(ArchivedHeads.NOTHING);
        assertThat(part.more()).isFalse();
        assertThat(bytes(LOBBY)).isEqualTo(part.bytes());

        confirm(part);

        assertThat(waiting(LOBBY)).isEmpty();
        assertThat(bytes(LOBBY)).isZero();
        assertThat(unarchived(LOBBY).rows()).isEmpty();
        assertThat(unarchived(LOBBY).archived()).isEqualTo(part.head());
    }

    @Test
    void stream_that_no_archive_follows_does_not_wait() throws Exception {
        append(LOBBY, 3, new StreamWindow(5, WINDOW.ageMs()));
        assertThat(waiting(LOBBY)).isEmpty();
        assertThat(bytes(LOBBY)).isZero();
    }

    /** With {@code archive.onFull: gap}: what goes unseen would count as waiting for ever, and more would go. */
    @Test
    void what_went_before_the_archive_had_it_counts_until_nothing_of_the_lane_waits() throws Exception {
        append(LOBBY, 30);
        append(LOBBY, 40, new StreamWindow(5, WINDOW.ageMs()));
        assertThat(bytes(LOBBY)).isPositive();

        confirm(unarchived(LOBBY));

        assertThat(waiting(LOBBY)).isEmpty();
        assertThat(bytes(LOBBY)).isZero();
        append(LOBBY, 1);
        assertThat(waiting(LOBBY)).containsExactly(LOBBY.value());
        assertThat(bytes(LOBBY)).isPositive();
    }

    @Test
    void window_grows_while_the_archive_is_away_and_shrinks_once_it_has_the_entries() throws Exception {
        append(LOBBY, 30);
        assertThat(kept(LOBBY)).isEqualTo(30);

        confirm(unarchived(LOBBY));
        append(LOBBY, 5);

        assertThat(kept(LOBBY)).isLessThan(30);
        append(LOBBY, 5); // the embedded store trims some with each append
        assertThat(seqs(unarchived(LOBBY))).containsExactly(31L, 32L, 33L, 34L, 35L, 36L, 37L, 38L, 39L, 40L);
        confirm(unarchived(LOBBY));
        append(LOBBY, 1);
        assertThat(kept(LOBBY)).isLessThanOrEqualTo(11);
    }

    @Test
    void archive_is_given_parts_and_goes_on_from_the_last_one() throws Exception {
        append(LOBBY, 30);
        UnarchivedPart first = await(opened.source().read(LOBBY, OptionalLong.empty(), new Bounds(10, 1 << 20)));
        assertThat(seqs(first)).hasSize(10).startsWith(1L);
        assertThat(first.more()).isTrue();
        confirm(first);
        assertThat(waiting(LOBBY)).containsExactly(LOBBY.value());
        assertThat(seqs(unarchived(LOBBY))).hasSize(20).startsWith(11L);
        assertThat(bytes(LOBBY)).isEqualTo(unarchived(LOBBY).bytes());
    }

    @Test
    void archive_that_is_behind_what_was_confirmed_reads_again_from_where_it_is() throws Exception {
        append(LOBBY, 4);
        confirm(unarchived(LOBBY));
        append(LOBBY, 2);
        UnarchivedPart part = await(opened.source().read(LOBBY, OptionalLong.of(2), PLENTY));
        assertThat(seqs(part)).containsExactly(3L, 4L, 5L, 6L);
        assertThat(part.archived().seq()).isEqualTo(4);
    }

    @Test
    void position_that_the_stream_does_not_contain_is_not_confirmed() throws Exception {
        append(LOBBY, 2);
        Position head = unarchived(LOBBY).head();
        await(opened.source().confirm(LOBBY, new Position(head.epoch(), 3), 0, WINDOW.entries()));
        await(opened.source().confirm(LOBBY, new Position("another", 1), 0, WINDOW.entries()));
        assertThat(unarchived(LOBBY).archived()).isEqualTo(ArchivedHeads.NOTHING);
        assertThat(waiting(LOBBY)).containsExactly(LOBBY.value());
    }

    @Test
    void earlier_position_that_is_confirmed_late_changes_nothing() throws Exception {
        append(LOBBY, 3);
        UnarchivedPart part = unarchived(LOBBY);
        confirm(part);
        await(opened.source().confirm(LOBBY, new Position(part.head().epoch(), 1), 0, WINDOW.entries()));
        assertThat(unarchived(LOBBY).archived()).isEqualTo(part.head());
        assertThat(waiting(LOBBY)).isEmpty();
    }

    @Test
    void entry_that_is_too_old_stays_for_the_archive_and_for_readers_until_the_archive_has_it() throws Exception {
        append(LOBBY, 2);
        clock.pass(WINDOW.ageMs() + 1);
        sweep();
        assertThat(seqs(unarchived(LOBBY))).containsExactly(1L, 2L);
        assertThat(kept(LOBBY)).isEqualTo(2);

        confirm(unarchived(LOBBY));

        assertThat(kept(LOBBY)).isZero();
        assertThat(await(opened.streams().head(LOBBY)).seq()).isEqualTo(2);
    }

    @Test
    void window_of_a_stream_that_is_no_longer_followed_shrinks() throws Exception {
        append(LOBBY, 30);
        append(LOBBY, 10, new StreamWindow(5, WINDOW.ageMs()));
        assertThat(kept(LOBBY)).isLessThanOrEqualTo(5);
    }

    @Test
    void archive_that_begins_later_gets_what_the_window_has() throws Exception {
        append(LOBBY, 4, new StreamWindow(5, WINDOW.ageMs()));
        append(LOBBY, 1);
        assertThat(seqs(unarchived(LOBBY))).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void inbox_grows_until_the_archive_has_its_entries() throws Exception {
        append(INBOX, 12);
        assertThat(seqs(unarchived(INBOX))).hasSize(12);
        assertThat(kept(INBOX)).isEqualTo(12);

        confirm(unarchived(INBOX));
        append(INBOX, 12);

        assertThat(seqs(unarchived(INBOX))).hasSize(12).startsWith(13L);
    }

    /** A sender must not be refused because the archive is slow. */
    @Test
    void inbox_whose_entries_are_too_old_takes_another_while_they_wait_for_the_archive() throws Exception {
        for (int i = 0; i < 3; i++) {
            append(INBOX, WINDOW.entries());
            clock.pass(WINDOW.ageMs() + 1);
        }
        assertThat(received(INBOX)).isInstanceOf(AppendResult.Stored.class);
        assertThat(seqs(unarchived(INBOX))).hasSize(16);
    }

    /** What senders heap up in an inbox has a bound while the archive is away. */
    @Test
    void inbox_of_what_is_not_delivered_grows_only_to_its_span_while_the_archive_is_away() throws Exception {
        append(INBOX, 40);
        assertThat(unarchived(INBOX).rows().stream().filter(row -> !row.isGap()))
                .hasSizeBetween(5 * WINDOW.entries() - 1, 5 * WINDOW.entries() + 1);
        assertThat(kept(INBOX)).as("gaps are told").isLessThanOrEqualTo(40);
    }

    private AppendResult received(StreamName inbox) throws Exception {
        UserId sender = new UserId("carol");
        String id = "m" + ++ids;
        AppendRequest message = request(inbox, WINDOW, id, "hello")
                .carrying(new Message(id, sender))
                .under(new IdempotencyKey(sender, "chat_message", id, new byte[] {1}, id))
                .in(new Backlog(sender, 100));
        return append(inbox, message);
    }

    @Test
    void deleted_text_is_not_given_to_the_archive() throws Exception {
        append(LOBBY, message("m1", "the secret"));
        AppendRequest deletion = new AppendRequest(
                LOBBY,
                WINDOW,
                clock.getAsLong(),
                "\"type\":\"message_deleted\"}".getBytes(StandardCharsets.UTF_8),
                Optional.of(ANN),
                Optional.empty(),
                Long.MAX_VALUE);
        await(opened.streams()
                .amend(new AmendRequest(
                        deletion, "m1", ANN, false, AmendRequest.Change.DELETE, Long.MIN_VALUE, 100, 10)));
        assertThat(unarchived(LOBBY).rows())
                .hasSize(2)
                .noneMatch(row -> new String(row.entry().body(), StandardCharsets.UTF_8).contains("secret"));
    }

    /** What the archive does not have yet stays for it, but no reader sees it any more. */
    @Test
    void entries_beyond_the_retention_of_their_stream_are_hidden_and_stay_for_the_archive() throws Exception {
        OwnRetention two = new OwnRetention(2, 0);
        await(opened.streams().retain(LOBBY, two, WINDOW, Permit.UNCONDITIONAL));
        append(LOBBY, 4);
        assertThat(kept(LOBBY)).isEqualTo(2);
        UnarchivedPart part = unarchived(LOBBY);
        assertThat(seqs(part)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(part.own()).isEqualTo(two);

        confirm(part);
        sweep();

        assertThat(stored(LOBBY)).isEqualTo(2);
        await(opened.streams().retain(LOBBY, new OwnRetention(0, 100), WINDOW, Permit.UNCONDITIONAL));
        assertThat(kept(LOBBY)).isEqualTo(2);
        append(LOBBY, 1);
        clock.pass(101);
        assertThat(kept(LOBBY)).isZero();
        assertThat(seqs(unarchived(LOBBY))).containsExactly(5L);
        confirm(unarchived(LOBBY));
        sweep();
        assertThat(stored(LOBBY)).isZero();
    }

    @Test
    void entries_that_waited_while_less_was_kept_stay_hidden() throws Exception {
        append(LOBBY, 4);
        await(opened.streams().retain(LOBBY, new OwnRetention(1, 0), WINDOW, Permit.UNCONDITIONAL));
        await(opened.streams().retain(LOBBY, OwnRetention.NONE, WINDOW, Permit.UNCONDITIONAL));
        assertThat(kept(LOBBY)).isEqualTo(1);
        UnarchivedPart part = unarchived(LOBBY);
        assertThat(seqs(part)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(part.hidden()).isEqualTo(3);
        append(LOBBY, 1);
        assertThat(kept(LOBBY)).isEqualTo(2);

        confirm(unarchived(LOBBY));
        sweep();

        assertThat(stored(LOBBY)).isEqualTo(2);
    }

    @Test
    void part_tells_what_is_hidden_by_an_age() throws Exception {
        append(LOBBY, 2);
        clock.pass(100);
        append(LOBBY, 1);
        await(opened.streams().retain(LOBBY, new OwnRetention(0, 50), WINDOW, Permit.UNCONDITIONAL));
        assertThat(unarchived(LOBBY).hidden()).isEqualTo(2);
        clock.pass(51);
        assertThat(unarchived(LOBBY).hidden()).isEqualTo(3);
    }

    /** No part would tell the archive of it. */
    @Test
    void stream_without_new_entries_waits_for_the_archive_when_it_gets_another_retention() throws Exception {
        append(LOBBY, 4);
        confirm(unarchived(LOBBY));
        assertThat(waiting(LOBBY)).isEmpty();
        await(opened.streams().retain(LOBBY, new OwnRetention(1, 0), WINDOW, Permit.UNCONDITIONAL));
        assertThat(waiting(LOBBY)).containsExactly(LOBBY.value());
        UnarchivedPart part = unarchived(LOBBY);
        assertThat(part.rows()).isEmpty();
        assertThat(part.own()).isEqualTo(new OwnRetention(1, 0));
        await(opened.source().confirm(LOBBY, part.head(), 0, WINDOW.entries()));
        assertThat(waiting(LOBBY)).isEmpty();
    }

    /** How many entries of a stream the store has, seen or not. */
    private int stored(StreamName stream) throws Exception {
        return await(opened.source().read(stream, OptionalLong.of(0), PLENTY))
                .rows()
                .size();
    }

    /** Deletes what is too old, where the store does not do so by itself. */
    protected void sweep() throws Exception {}

    protected final Position append(StreamName stream, int count) throws Exception {
        return append(stream, count, WINDOW);
    }

    private Position append(StreamName stream, int count, StreamWindow window) throws Exception {
        for (int i = 0; i < count; i++) {
            int id = ++ids;
            AppendResult result = append(stream, request(stream, window, "m" + id, "hello " + id));
            assertThat(result).isInstanceOf(AppendResult.Stored.class);
        }
        return await(opened.streams().head(stream));
    }

    private AppendResult append(StreamName stream, AppendRequest request) throws Exception {
        assertThat(request.stream()).isEqualTo(stream);
        return await(opened.streams().append(request));
    }

    private AppendRequest message(String id, String text) {
        return request(LOBBY, WINDOW, id, text);
    }

    private AppendRequest request(StreamName stream, StreamWindow window, String id, String text) {
        byte[] body = ("\"type\":\"chat\",\"messageId\":\"" + id + "\",\"content\":\"" + text + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        return new AppendRequest(
                        stream, window, clock.getAsLong(), body, Optional.of(ANN), Optional.empty(), Long.MAX_VALUE)
                .carrying(new Message(id, ANN));
    }

    protected final UnarchivedPart unarchived(StreamName stream) throws Exception {
        return await(opened.source().read(stream, OptionalLong.empty(), PLENTY));
    }

    protected final void confirm(UnarchivedPart part) throws Exception {
        EntryRow last = part.rows().get(part.rows().size() - 1);
        await(opened.source().confirm(part.stream(), last.entry().position(), part.bytes(), WINDOW.entries()));
    }

    protected final List<String> waiting(StreamName stream) throws Exception {
        RowRange all = UnarchivedStreams.first(100);
        return await(opened.rows().read(stream.lane(), ReadSet.of(all))).get(all).stream()
                .map(Rows.Row::key)
                .toList();
    }

    private long bytes(StreamName stream) throws Exception {
        return await(opened.rows().read(stream.lane(), ReadSet.of(UnarchivedStreams.BYTES)))
                .number(UnarchivedStreams.BYTES);
    }

    /** The number of entries that readers see. */
    private int kept(StreamName stream) throws Exception {
        Slice all = await(opened.streams().after(stream, 0, PLENTY));
        return (int) all.entries().stream().map(StreamEntry::position).count();
    }

    protected static List<Long> seqs(UnarchivedPart part) {
        return part.rows().stream().map(row -> row.entry().position().seq()).toList();
    }

    /** Opens the store again, as another node or after a stop. */
    protected final void reopen(ArchivedHeads heads) throws Exception {
        opened.closing().close();
        opened = open(heads);
    }

    protected final StreamStore streams() {
        return opened.streams();
    }
}

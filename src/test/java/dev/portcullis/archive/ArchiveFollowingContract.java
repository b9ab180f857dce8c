package dev.portcullis.archive;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.DelegatingStreams;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.HoldPlacement;
import dev.portcullis.streams.holds.HoldStore;
import dev.portcullis.streams.holds.PlacedHold;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import dev.portcullis.streams.unarchived.LosableDeletions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An archive that follows the streams of each store: what is fed, and what is read over the border of the window. */
abstract class ArchiveFollowingContract {
    private static final RoomId ROOM = new RoomId("lobby");
    static final StreamName LOBBY = StreamName.room(ROOM);
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final StreamWindow WINDOW = new StreamWindow(5, TimeUnit.HOURS.toMillis(1), true);
    private static final StreamWindow UNFOLLOWED = new StreamWindow(5, TimeUnit.HOURS.toMillis(1));
    static final Bounds PLENTY = new Bounds(10_000, 1 << 24);

    final SettableClock clock = new SettableClock();
    final FailingArchive archive = new FailingArchive();
    private final ArchiveBacklog backlog = new ArchiveBacklog(() -> 1_000, ArchiveConfig.OnFull.REFUSE);
    private final List<String> fed = new ArrayList<>();
    private final List<StreamEntry> deletedAgain = new ArrayList<>();
    private Opened opened;
    StreamStore streams;
    private final AtomicInteger named = new AtomicInteger();
    private boolean failsToNameStreams;
    private int ids;

    /** One opening of a store. */
    record Opened(StreamStore streams, ArchiveSource source, RowStore rows, AutoCloseable closing) {}

    abstract Opened open(ArchivedHeads heads) throws Exception;

    @BeforeEach
    void begin() throws Exception {
        opened = open(stream -> archive.positions(List.of(stream)).map(all -> all.get(0)));
        streams = new ArchivedStreams(opened.streams(), archive, opened.source(), opened.rows(), 10_000);
    }

    /** Opens the store again. */
    final void reopen() throws Exception {
        end();
        begin();
    }

    @AfterEach
    void end() throws Exception {
        opened.closing().close();
    }

    @Test
    void feeder_gives_the_archive_everything_once_and_in_order() throws Exception {
        append(12);
        assertThat(round("a")).isFalse();
        append(3);
        round("a");
        round("a");
        assertThat(archivedSeqs()).containsExactlyElementsOf(seqs(1, 15));
        assertThat(fed).containsExactly("12, missing 0", "3, missing 0");
        assertThat(backlog.bytes()).as("seen before the last round").isZero();
    }

    @Test
    void feeder_asks_for_another_round_while_a_stream_has_more() throws Exception {
        append(600);
        assertThat(round("a")).isTrue();
        assertThat(round("a")).isFalse();
        assertThat(archivedSeqs()).hasSize(600);
    }

    @Test
    void streams_with_the_first_names_of_a_lane_do_not_keep_the_others_waiting() throws Exception {
        List<StreamName> lane = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> StreamName.room(new RoomId("room-" + i)))
                .filter(stream -> Lanes.of(stream.value()) == 0)
                .limit(2L * ArchiveFeeder.STREAMS_AT_ONCE + 1)
                .toList();
        for (StreamName stream : lane) {
            AppendRequest message = request(stream, "\"type\":\"chat\",\"messageId\":\"m\"}");
            assertThat(await(streams.append(message))).isInstanceOf(AppendResult.Stored.class);
        }
        round("a");
        assertThat(await(archive.positions(lane))).extracting(Position::seq).containsOnly(1L);
    }

    @Test
    void second_feeder_leaves_the_lanes_of_the_first_alone_until_its_lease_is_over() throws Exception {
        append(1);
        round("a");
        append(1);
        round("b");
        assertThat(archivedSeqs()).hasSize(1);
        clock.pass(FeederLease.LASTS_MS + 1);
        round("b");
        assertThat(archivedSeqs()).hasSize(2);
    }

    @Test
    void lane_that_its_own_node_does_not_feed_is_fed_by_another_after_a_while() throws Exception {
        append(1);
        ArchiveFeeder other = feeder("b", false);
        await(other.round());
        assertThat(archivedSeqs()).isEmpty();
        clock.pass(ArchiveFeeder.ABANDONED_MS + 1);
        await(other.round());
        assertThat(archivedSeqs()).hasSize(1);
    }

    @Test
    void two_feeders_at_once_add_each_entry_once() throws Exception {
        append(40);
        Future<Boolean> one = feeder("a", true).round();
        Future<Boolean> other = feeder("a", true).round();
        await(Future.join(one, other));
        append(5);
        round("a");
        assertThat(archivedSeqs()).containsExactlyElementsOf(seqs(1, 45));
    }

    @Test
    void archive_that_fails_stops_nothing_and_gets_everything_later() throws Exception {
        append(4);
        archive.fails = true;
        assertThat(feeder("a", true)
                        .round()
                        .transform(done -> Future.succeededFuture(done.failed()))
                        .await(30, TimeUnit.SECONDS))
                .isTrue();
        append(20);
        archive.fails = false;
        round("a");
        assertThat(archivedSeqs()).containsExactlyElementsOf(seqs(1, 24));
    }

    @Test
    void answer_of_the_archive_that_is_lost_adds_nothing_twice() throws Exception {
        append(4);
        archive.failsAfterAdd = true;
        feeder("a", true).round().transform(any -> Future.succeededFuture()).await(30, TimeUnit.SECONDS);
        archive.failsAfterAdd = false;
        append(2);
        round("a");
        assertThat(archivedSeqs()).containsExactlyElementsOf(seqs(1, 6));
    }

    @Test
    void archive_that_was_restored_to_an_earlier_state_gets_what_the_window_still_has_and_the_rest_is_counted()
            throws Exception {
        append(10);
        round("a");
        int restored = archive.batches();
        append(20);
        round("a");
        append(10);
        archive.restore(restored);
        fed.clear();
        round("a");
        assertThat(archivedSeqs()).startsWith(1L, 2L).endsWith(40L).doesNotContain(11L);
        assertThat(fed).hasSize(1).first().asString().doesNotEndWith("missing 0");

        Slice after = await(streams.after(LOBBY, 10, PLENTY));
        assertThat(after.exact()).as("the hole is told").isFalse();
    }

    /** Nothing is said any more, and a node that is new knows by the store alone what the archive had. */
    @Test
    void restored_archive_gets_what_the_windows_of_silent_rooms_have_without_a_message() throws Exception {
        append(10);
        round("a");
        int restored = archive.batches();
        append(20);
        round("a");
        append(10);
        round("a");
        append(600);
        while (round("a")) {
            clock.pass(1);
        }
        archive.restore(restored);
        fed.clear();
        failsToNameStreams = true;
        askAndRound("b");
        failsToNameStreams = false;
        assertThat(archivedSeqs()).hasSize(10);
        clock.pass(FeederLease.LASTS_MS + 1);
        askAndRound("b");
        assertThat(Await.until(() -> lastArchived() == 640)).isTrue();
        assertThat(archivedSeqs()).startsWith(1L, 2L).endsWith(639L, 640L);
        assertThat(fed.get(0)).as("what was trimmed is missing").doesNotEndWith("missing 0");
        Slice after = await(streams.after(LOBBY, 10, PLENTY));
        assertThat(after.exact()).as("the hole is told").isFalse();
        assertThat(Await.until(() -> isRestorationOver())).isTrue();
        named.set(0);
        askAndRound("b");
        assertThat(named).hasValue(0);
    }

    /** It died with the archive's server, of which an older copy took over. */
    @Test
    void restored_archive_gets_what_a_node_fed_that_is_dead_by_now() throws Exception {
        ArchiveFeeder alive = feeder("a", true);
        await(streams.append(request(StreamName.room(new RoomId("hall")), "first")));
        await(alive.ask());
        await(alive.round());
        int restored = archive.batches();
        append(10);
        askAndRound("b");
        assertThat(lastArchived()).isEqualTo(10);
        archive.restore(restored);
        clock.pass(FeederLease.LASTS_MS + 1);

        await(alive.ask());
        await(alive.round());
        assertThat(Await.until(() -> lastArchived() == 10)).isTrue();
    }

    @Test
    void archive_that_has_what_it_got_is_asked_once_for_a_round_and_no_stream_is_visited() throws Exception {
        ArchiveFeeder feeder = feeder("a", true);
        append(10);
        await(feeder.ask());
        await(feeder.round());
        int asked = archive.asked;
        await(feeder.ask());
        await(feeder.round());
        assertThat(archive.asked - asked).isEqualTo(1);
        assertThat(named).hasValue(0);
        archive.restore(0);
        await(feeder.ask());
        await(feeder.round());
        assertThat(Await.until(() -> lastArchived() == 10)).isTrue();
    }

    /** Its last entry was in the copy. */
    @Test
    void restored_archive_gets_the_retention_of_a_silent_room() throws Exception {
        append(10);
        round("a");
        int restored = archive.batches();
        retain(2);
        round("a");
        StreamName other = StreamName.room(new RoomId("other"));
        await(streams.append(request(other, "\"type\":\"chat\",\"messageId\":\"m\"}")));
        round("a");
        archive.restore(restored);
        assertThat(archivedSeqs()).hasSize(10);
        askAndRound("a");
        assertThat(Await.until(() -> isRestorationOver())).isTrue();
        assertThat(archivedSeqs()).containsExactly(9L, 10L);
    }

    private void askAndRound(String node) throws Exception {
        ArchiveFeeder feeder = feeder(node, true);
        await(feeder.ask());
        await(feeder.round());
    }

    private long lastArchived() {
        return archive.positions(List.of(LOBBY)).result().get(0).seq();
    }

    private boolean isRestorationOver() {
        return Await.done(opened.rows().read(ArchiveRestoration.LANE, ReadSet.of(ArchiveRestoration.RESTORED)))
                .get(ArchiveRestoration.RESTORED)
                .isEmpty();
    }

    private Future<List<StreamName>> streams(Optional<StreamName> after) {
        named.incrementAndGet();
        if (failsToNameStreams) {
            return Future.failedFuture(new StoreFailure("the store is away"));
        }
        return Future.succeededFuture(
                after.isPresent() ? List.of() : List.of(LOBBY, StreamName.room(new RoomId("other"))));
    }

    @Test
    void history_goes_on_over_the_border_without_a_sign() throws Exception {
        append(40);
        round("a");
        append(7);
        Bounds page = new Bounds(10, 1 << 20);
        List<Long> all = new ArrayList<>();
        long before = Long.MAX_VALUE;
        boolean more = true;
        while (more) {
            LatestSlice slice = await(streams.latest(LOBBY, before, page));
            List<Long> seqs = slice.entries().stream()
                    .map(each -> each.entry().position().seq())
                    .toList();
            assertThat(seqs).isNotEmpty().hasSizeLessThanOrEqualTo(10);
            all.addAll(0, seqs);
            before = seqs.get(0);
            more = slice.more();
        }
        assertThat(all).containsExactlyElementsOf(seqs(1, 47));
    }

    @Test
    void entries_after_a_position_are_read_over_the_border() throws Exception {
        append(40);
        round("a");
        append(7);
        List<Long> all = new ArrayList<>();
        long after = 0;
        boolean more = true;
        while (more) {
            Slice slice = await(streams.after(LOBBY, after, new Bounds(9, 1 << 20)));
            assertThat(slice.exact()).isTrue();
            slice.entries().forEach(entry -> all.add(entry.position().seq()));
            after = all.get(all.size() - 1);
            more = slice.more();
        }
        assertThat(all).containsExactlyElementsOf(seqs(1, 47));
    }

    @Test
    void resume_is_exact_as_far_as_the_archive_reaches() throws Exception {
        append(1);
        Position first = await(streams.head(LOBBY));
        append(60);
        round("a");
        append(10);
        Slice resumed = await(streams.resume(LOBBY, Optional.of(first), PLENTY));
        assertThat(resumed.exact()).isTrue();
        assertThat(resumed.entries().get(0).position().seq()).isEqualTo(2);
        Position unknown = new Position("unknown", 1);
        assertThat(await(streams.resume(LOBBY, Optional.of(unknown), PLENTY)).exact())
                .isFalse();
    }

    @Test
    void clients_enter_and_see_the_newest_messages_while_the_archive_is_away() throws Exception {
        append(1);
        Position first = await(streams.head(LOBBY));
        append(60);
        round("a");
        append(5);
        archive.fails = true;
        assertThat(await(streams.resume(LOBBY, Optional.of(first), PLENTY)).exact())
                .isFalse();
        LatestSlice newest = await(streams.latest(LOBBY, Long.MAX_VALUE, PLENTY));
        assertThat(newest.entries()).isNotEmpty();
        assertThat(newest.more()).as("there are more, which can't be read now").isTrue();
        assertThat(streams.latest(LOBBY, 2, PLENTY)
                        .transform(read -> Future.succeededFuture(read.failed()))
                        .await(30, TimeUnit.SECONDS))
                .as("nothing is shown in place of what can't be read")
                .isTrue();
    }

    @Test
    void resume_that_missed_too_much_is_not_exact() throws Exception {
        append(1);
        Position first = await(streams.head(LOBBY));
        append(60);
        round("a");
        append(10);
        StreamStore bounded = new ArchivedStreams(opened.streams(), archive, opened.source(), opened.rows(), 50);
        assertThat(await(bounded.resume(LOBBY, Optional.of(first), PLENTY)).exact())
                .isFalse();
    }

    @Test
    void message_that_only_the_archive_has_is_edited_and_deleted() throws Exception {
        append(1);
        String message = "m" + ids;
        append(60);
        round("a");
        append(10);

        assertThat(amend(message, Change.EDIT, "edited once")).isInstanceOf(AppendResult.Stored.class);
        assertThat(text(message)).contains("edited once").doesNotContain("hello 1\"");
        assertThat(amend(message, Change.EDIT, "edited twice")).isInstanceOf(AppendResult.Stored.class);
        assertThat(text(message)).contains("edited twice");
        round("a");
        assertThat(text(message)).contains("edited twice");

        assertThat(amend(message, Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        assertThat(all()).doesNotContain("edited").doesNotContain("hello 1\"");
        assertThat(amend(message, Change.EDIT, "late")).isEqualTo(Refusal.NOT_FOUND);
        append(20);
        round("a");
        assertThat(all()).doesNotContain("edited").doesNotContain("late").doesNotContain("hello 1\"");
        assertThat(archive.entries(LOBBY))
                .noneMatch(entry ->
                        body(entry).contains("edited once") || body(entry).contains("hello 1\""));
    }

    /** As those do that end at the same time. One that is overtaken by another is deleted later. */
    @Test
    void most_messages_that_only_the_archive_has_are_deleted_side_by_side() throws Exception {
        append(16);
        append(60);
        round("a");
        append(10);
        List<Future<AppendResult>> deletions = IntStream.rangeClosed(1, 16)
                .mapToObj(i -> streams.amend(amendment("m" + i, Change.DELETE, "")))
                .toList();
        await(Future.join(deletions));
        assertThat(deletions.stream().filter(each -> each.result() instanceof AppendResult.Stored))
                .hasSizeGreaterThan(8);
    }

    /** The archive is behind, and the message is not among the newest entries that are searched for one. */
    @Test
    void message_that_waits_for_the_archive_is_edited_and_deleted() throws Exception {
        append(40);
        assertThat(amend("m2", Change.EDIT, "edited once")).isInstanceOf(AppendResult.Stored.class);
        assertThat(amend("m2", Change.EDIT, "edited twice")).isInstanceOf(AppendResult.Stored.class);
        assertThat(text("m2")).contains("edited twice");
        append(20);
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        assertThat(amend("m2", Change.EDIT, "late")).isEqualTo(Refusal.NOT_FOUND);
        assertThat(all()).doesNotContain("edited").doesNotContain("hello 2\"");
        round("a");
        assertThat(archive.entries(LOBBY))
                .noneMatch(entry ->
                        body(entry).contains("edited once") || body(entry).contains("hello 2\""));
    }

    /** The message has left the window, and the archive does not know yet that it was deleted. */
    @Test
    void deletion_that_the_archive_does_not_have_yet_hides_the_text() throws Exception {
        append(4);
        String message = "m2";
        round("a");
        assertThat(amend(message, Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        append(20); // they push the message out of the window, since the archive has it
        assertThat(all()).doesNotContain("hello 2\"");
        assertThat(await(streams.after(LOBBY, 0, PLENTY)).entries())
                .noneMatch(entry -> new String(entry.body(), StandardCharsets.UTF_8).contains("hello 2\""));
    }

    /** The stream is silent since, so the archive is not fed again. */
    @Test
    void deletion_that_a_restored_archive_has_lost_hides_the_text() throws Exception {
        append(4);
        round("a");
        int restored = archive.batches();
        append(4);
        round("a");
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        round("a");
        archive.restore(restored);
        assertThat(all()).contains("hello 1\"").doesNotContain("hello 2\"");
        archive.restore(restored);
        assertThat(await(streams.after(LOBBY, 0, PLENTY)).entries())
                .isNotEmpty()
                .noneMatch(entry -> body(entry).contains("hello 2\""));
        append(1);
        round("a");
        assertThat(all()).doesNotContain("hello 2\"");
    }

    @Test
    void archive_that_takes_nothing_is_noticed_until_it_takes_something() throws Exception {
        ArchiveFeeder feeder = feeder("a", true);
        append(4);
        archive.failsToAdd = true;
        feeder.round().transform(any -> Future.succeededFuture()).await(30, TimeUnit.SECONDS);
        assertThat(feeder.isRefused()).isTrue();
        archive.failsToAdd = false;
        await(feeder.round());
        assertThat(feeder.isRefused()).isFalse();
    }

    /** The other node goes on holding the lease, and this one is not told that what the other gives is refused. */
    @Test
    void archive_that_takes_nothing_of_another_node_is_noticed_after_a_while() throws Exception {
        ArchiveFeeder feeder = feeder("a", true);
        ArchiveFeeder other = feeder("b", false);
        archive.failsToAdd = true;
        for (long ms = 0; ms <= StalledFeed.STALLED_MS; ms += FeederLease.LASTS_MS / 2) {
            assertThat(other.isRefused()).isFalse();
            append(1);
            feeder.round().transform(any -> Future.succeededFuture()).await(30, TimeUnit.SECONDS);
            await(other.ask());
            await(other.round());
            clock.pass(FeederLease.LASTS_MS / 2);
        }
        await(other.round());
        assertThat(other.isRefused()).isTrue();
        archive.failsToAdd = false;
        await(feeder.round());
        await(other.ask());
        await(other.round());
        assertThat(other.isRefused()).isFalse();
    }

    @Test
    void backlog_is_seen_without_the_archive() throws Exception {
        append(60);
        archive.fails = true;
        await(feeder("a", true).look());
        assertThat(backlog.refuses()).isTrue();
    }

    @Test
    void text_that_can_not_be_taken_out_of_the_archive_now_is_not_read_there() throws Exception {
        append(4);
        round("a");
        archive.failsToAdd = true;
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        append(20);
        assertThat(all()).contains("hello 1\"").doesNotContain("hello 2\"");
        assertThat(await(streams.after(LOBBY, 0, PLENTY)).entries())
                .hasSizeGreaterThan(3)
                .noneMatch(entry -> body(entry).contains("hello 2\""));
    }

    @Test
    void old_messages_are_read_and_amended_by_as_few_calls_of_the_archive_however_many_amendments_wait()
            throws Exception {
        append(30);
        round("a");
        append(10);
        int page = calls(() -> await(streams.latest(LOBBY, 10, PLENTY)));
        int later = calls(() -> await(streams.after(LOBBY, 2, PLENTY)));
        int edit = calls(() -> amend("m3", Change.EDIT, "edited"));
        for (int i = 4; i <= 30; i++) {
            assertThat(amend("m" + i, Change.EDIT, "edited")).isInstanceOf(AppendResult.Stored.class);
        }
        assertThat(calls(() -> await(streams.latest(LOBBY, 10, PLENTY)))).isEqualTo(page);
        assertThat(calls(() -> await(streams.after(LOBBY, 2, PLENTY)))).isEqualTo(later);
        assertThat(calls(() -> amend("m3", Change.EDIT, "edited again")))
                .as("and those of what the archive has of the message")
                .isEqualTo(edit + 1);
    }

    private int calls(Callable<?> read) throws Exception {
        int before = archive.asked;
        read.call();
        return archive.asked - before;
    }

    /** Messages are amended where the window has them, where the archive has them, and where both do. */
    @Test
    void what_waits_shows_as_it_does_once_the_archive_has_it() throws Exception {
        for (int seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            for (int i = 0; i < 3; i++) {
                append(1 + random.nextInt(12));
                round("a");
                append(1 + random.nextInt(4));
            }
            for (int i = 0; i < 25; i++) {
                String message = "m" + (1 + random.nextInt(ids));
                amend(message, random.nextInt(4) == 0 ? Change.DELETE : Change.EDIT, "edit " + seed + "." + i);
                append(random.nextInt(2));
            }
            long head = await(streams.head(LOBBY)).seq();
            List<String> latest = latest(head + 1);
            List<String> appended = appended(head);
            List<String> found = found();
            round("a");
            append(2 * WINDOW.entries());
            round("a");
            append(2 * WINDOW.entries());
            assertThat(latest(head + 1)).as("seed %d", seed).containsExactlyElementsOf(latest);
            assertThat(appended(head)).as("seed %d", seed).containsExactlyElementsOf(appended);
            assertThat(found()).as("seed %d", seed).startsWith(found.toArray(String[]::new));
        }
    }

    private List<String> latest(long before) throws Exception {
        List<String> all = new ArrayList<>();
        LatestSlice slice = await(streams.latest(LOBBY, before, PLENTY));
        while (!slice.entries().isEmpty()) {
            List<String> page = slice.entries().stream()
                    .map(each -> each.entry().position().seq() + " " + each.state() + " " + body(each.entry()) + " "
                            + each.amendment().map(by -> by.position().seq() + body(by)))
                    .toList();
            all.addAll(0, page);
            slice = await(streams.latest(
                    LOBBY, slice.entries().get(0).entry().position().seq(), PLENTY));
        }
        return all;
    }

    private List<String> appended(long upTo) throws Exception {
        List<String> all = new ArrayList<>();
        long after = 0;
        while (after < upTo) {
            for (StreamEntry entry : await(streams.after(LOBBY, after, PLENTY)).entries()) {
                after = entry.position().seq();
                if (after <= upTo) {
                    all.add(after + " " + body(entry));
                }
            }
        }
        return all;
    }

    private List<String> found() throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 1; i <= ids; i++) {
            await(streams.find(LOBBY, "m" + i, WINDOW.entries()))
                    .ifPresent(message -> all.add(message.id() + " " + message.state() + " " + message.amendedBy() + " "
                            + message.edits() + " " + body(message.entry())));
        }
        return all;
    }

    /** Nothing is left of it in the window, and the archive gets it between its answer and what is read behind that. */
    @Test
    void deletion_that_the_archive_gets_while_it_is_read_hides_the_text() throws Exception {
        append(4);
        round("a");
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        append(20);
        Promise<Void> answer = Promise.promise();
        archive.answers = answer.future();
        int asked = archive.asked;
        Future<LatestSlice> read = streams.latest(LOBBY, 4, PLENTY);
        assertThat(Await.until(() -> archive.asked > asked)).isTrue();
        for (int i = 0; i < 3; i++) {
            append(2 * WINDOW.entries());
            round("a");
        }
        answer.complete();
        assertThat(await(read).entries())
                .hasSize(3)
                .noneMatch(each -> body(each.entry()).contains("hello 2\""));
    }

    /** The original and the first edit were before the hold. The archive has a part of it. */
    @Test
    void deletion_of_a_held_message_leaves_a_copy_of_it_and_of_each_edit() throws Exception {
        append(3);
        amend("m2", Change.EDIT, "edited once");
        round("a");
        amend("m2", Change.EDIT, "edited twice");
        PlacedHold hold = hold(new Hold.OfUser(ANN));
        amend("m2", Change.EDIT, "edited thrice");
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        round("a");
        assertThat(all()).doesNotContain("edited").doesNotContain("hello 2\"");
        assertThat(held(hold))
                .hasSize(4)
                .satisfiesExactly(
                        original -> assertThat(original).contains("hello 2\""),
                        once -> assertThat(once).contains("edited once"),
                        twice -> assertThat(twice).contains("edited twice"),
                        thrice -> assertThat(thrice).contains("edited thrice"));
    }

    /** The archive takes nothing for long. An old message that waits beyond the bound can't be looked for meanwhile. */
    @Test
    void held_message_is_deleted_and_a_deletion_of_its_author_is_refused_however_much_waits() throws Exception {
        append(2);
        amend("m2", Change.EDIT, "edited once");
        amend("m2", Change.EDIT, "edited twice");
        sayMuch(UnarchivedReader.MOST_PARTS + 2);
        HeldCopies copies = new HeldCopies(archive, opened.source(), new HoldStore(opened.rows()));
        PlacedHold hold = hold(new Hold.OfRoom(ROOM));
        assertThat(streams.amend(amendment("m1", Change.EDIT, "late"))
                        .transform(done -> Future.succeededFuture(done.failed()))
                        .await(30, TimeUnit.SECONDS))
                .isTrue();
        assertThat(amendAnywhere("m2", Change.DELETE)).isInstanceOf(AppendResult.Stored.class);
        assertThat(held(hold))
                .satisfiesExactly(
                        original -> assertThat(original).contains("hello 2\""),
                        once -> assertThat(once).contains("edited once"),
                        twice -> assertThat(twice).contains("edited twice"));
        assertThat(await(copies.against(BEN, false))).as("wrote last").containsExactly(hold.hold());
        await(copies.keepUnarchived(LOBBY));
        assertThat(held(hold)).hasSizeGreaterThan(UnarchivedReader.MOST_PARTS);
    }

    /** So many MB of others, which no window shows; the last one is by Ben. */
    private void sayMuch(int megabytes) throws Exception {
        String text = "x".repeat(60_000);
        for (int i = 0; i < 18 * megabytes; i++) {
            await(streams.append(request("\"type\":\"chat\",\"roomId\":\"lobby\",\"messageId\":\"long" + i
                            + "\",\"content\":\"" + text + "\"}")
                    .carrying(new Message("long" + i, new UserId("eve")))));
        }
        await(streams.append(request("\"type\":\"chat\",\"roomId\":\"lobby\",\"messageId\":\"ben\"}")
                .carrying(new Message("ben", BEN))));
    }

    private AppendResult amendAnywhere(String message, Change change) throws Exception {
        AmendRequest of = amendment(message, change, "");
        return await(
                streams.amend(new AmendRequest(of.append(), message, ANN, false, change, Long.MIN_VALUE, 100_000, 10)));
    }

    /** As where the bound of the archive has taken it. */
    @Test
    void deletion_of_a_held_message_that_only_the_window_has_leaves_a_copy() throws Exception {
        append(3);
        amend("m2", Change.EDIT, "edited once");
        round("a");
        archive.restore(0);
        PlacedHold hold = hold(new Hold.OfRoom(ROOM));
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        assertThat(held(hold))
                .satisfiesExactly(
                        original -> assertThat(original).contains("hello 2\""),
                        once -> assertThat(once).contains("edited once"));
    }

    @Test
    void deletion_of_a_held_message_that_only_the_archive_has_leaves_a_copy() throws Exception {
        append(60);
        round("a");
        append(10);
        PlacedHold hold = hold(new Hold.OfRoom(ROOM));
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        assertThat(held(hold)).singleElement().asString().contains("hello 2\"");
        new HoldStore(opened.rows()).lift(hold.hold(), Long.MAX_VALUE).await(30, TimeUnit.SECONDS);
        assertThat(amend("m3", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        assertThat(held(hold)).hasSize(1);
    }

    @Test
    void held_message_stays_while_it_cant_be_copied_and_others_are_deleted() throws Exception {
        append(4);
        round("a");
        hold(new Hold.OfRoom(new RoomId("other")));
        archive.fails = true;
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        hold(new Hold.OfRoom(ROOM));
        AmendRequest deletion = amendment("m3", Change.DELETE, "");
        assertThat(streams.amend(deletion)
                        .transform(done -> Future.succeededFuture(done.failed()))
                        .await(30, TimeUnit.SECONDS))
                .isTrue();
        archive.fails = false;
        assertThat(all()).contains("hello 3\"").doesNotContain("hello 2\"");
        assertThat(amend("m3", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
    }

    /** The archive has nothing of it yet. */
    @Test
    void user_is_held_by_a_room_that_has_what_they_wrote() throws Exception {
        append(3);
        Hold room = new Hold.OfRoom(ROOM);
        hold(room);
        hold(new Hold.OfRoom(new RoomId("other")));
        HeldCopies copies = new HeldCopies(archive, opened.source(), new HoldStore(opened.rows()));
        assertThat(await(copies.against(ANN, false))).containsExactly(room);
        assertThat(await(copies.against(ANN, true))).isEmpty();
        assertThat(await(copies.against(new UserId("ben"), false))).isEmpty();
        round("a");
        append(30);
        round("a");
        assertThat(await(copies.against(ANN, false))).containsExactly(room);
        hold(new Hold.OfUser(ANN));
        assertThat(await(copies.against(ANN, true))).containsExactly(new Hold.OfUser(ANN));
    }

    /** As where the node dies while the archive writes the copy. */
    @Test
    void held_message_is_as_it_was_until_its_copy_is_there() throws Exception {
        append(3);
        round("a");
        PlacedHold hold = hold(new Hold.OfRoom(ROOM));
        Promise<Void> copied = Promise.promise();
        archive.keeps = copied.future();
        Future<AppendResult> deletion = streams.amend(amendment("m2", Change.DELETE, ""));
        append(2);
        assertThat(deletion.isComplete()).isFalse();
        assertThat(all()).contains("hello 2\"");
        assertThat(held(hold)).isEmpty();
        copied.complete();
        assertThat(await(deletion)).isInstanceOf(AppendResult.Stored.class);
        assertThat(all()).doesNotContain("hello 2\"");
        assertThat(held(hold)).singleElement().asString().contains("hello 2\"");
    }

    /** As where the node dies between the copy and the amendment, and the user does it again elsewhere. */
    @Test
    void copy_whose_deletion_did_not_come_to_pass_stays_and_is_not_made_twice() throws Exception {
        append(3);
        round("a");
        PlacedHold hold = hold(new Hold.OfRoom(ROOM));
        StreamStore dying = new ArchivedStreams(
                new DelegatingStreams(opened.streams()) {
                    @Override
                    public Future<AppendResult> append(AppendRequest append) {
                        return Future.failedFuture(new StoreFailure("the node died"));
                    }
                },
                archive,
                opened.source(),
                opened.rows(),
                10_000);
        assertThat(dying.amend(amendment("m2", Change.DELETE, ""))
                        .transform(done -> Future.succeededFuture(done.failed()))
                        .await(30, TimeUnit.SECONDS))
                .isTrue();
        reopen();
        assertThat(all()).contains("hello 2\"");
        assertThat(held(hold)).singleElement().asString().contains("hello 2\"");
        assertThat(amend("m2", Change.EDIT, "edited")).isInstanceOf(AppendResult.Stored.class);
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        round("a");
        assertThat(all()).doesNotContain("hello 2\"").doesNotContain("edited");
        assertThat(held(hold))
                .satisfiesExactly(
                        original -> assertThat(original).contains("hello 2\""),
                        edit -> assertThat(edit).contains("edited"));
    }

    @Test
    void copies_of_a_lifted_hold_go_in_the_background_and_its_row_goes_last() throws Exception {
        append(2);
        PlacedHold hold = hold(new Hold.OfRoom(ROOM));
        amend("m2", Change.DELETE, "");
        HoldStore store = new HoldStore(opened.rows());
        HoldRelease release = new HoldRelease(archive, store);
        await(release.run());
        assertThat(held(hold)).hasSize(1);
        await(store.lift(hold.hold(), Long.MAX_VALUE));
        archive.fails = true;
        release.run().transform(any -> Future.succeededFuture()).await(30, TimeUnit.SECONDS);
        archive.fails = false;
        await(release.run());
        assertThat(held(hold)).isEmpty();
        assertThat(await(store.lifted()).holds()).hasSize(1);
        clock.pass(HoldRelease.LATE_MS + 1);
        await(release.run());
        assertThat(await(store.lifted()).holds()).isEmpty();
    }

    private PlacedHold hold(Hold hold) throws Exception {
        HoldStore store = new HoldStore(opened.rows());
        assertThat(await(store.place(hold, "olga", Long.MAX_VALUE))).isEqualTo(HoldPlacement.NEW);
        return await(store.read()).of(hold).orElseThrow();
    }

    private List<String> held(PlacedHold hold) throws Exception {
        return await(archive.held(hold, Optional.empty(), PLENTY)).stream()
                .map(copy -> body(copy.row().entry()))
                .toList();
    }

    /** The archive is behind: for it these messages are within the retention. */
    @Test
    void message_that_is_hidden_by_now_is_not_found_in_the_archive_and_not_among_what_waits() throws Exception {
        append(8);
        round("a");
        retain(3);
        append(2);
        assertThat(amend("m7", Change.EDIT, "late")).isEqualTo(Refusal.NOT_FOUND);
        assertThat(amend("m8", Change.EDIT, "in time")).isInstanceOf(AppendResult.Stored.class);
        append(20);
        for (String message : List.of("m8", "m10", "m20")) {
            assertThat(await(streams.find(LOBBY, message, WINDOW.entries())))
                    .as(message)
                    .isEmpty();
            assertThat(amend(message, Change.EDIT, "late")).as(message).isEqualTo(Refusal.NOT_FOUND);
        }
        assertThat(await(streams.find(LOBBY, "m29", WINDOW.entries()))).isPresent();
    }

    @Test
    void what_was_hidden_while_it_waited_does_not_come_back_and_leaves_the_archive() throws Exception {
        append(10);
        retain(2);
        retain(0);
        append(1);
        assertThat(shown()).containsExactly(9L, 10L, 11L);
        round("a");
        assertThat(shown()).containsExactly(9L, 10L, 11L);
        assertThat(archivedSeqs()).containsExactly(9L, 10L, 11L);
        append(10);
        round("a");
        assertThat(shown()).containsExactlyElementsOf(seqs(9, 21));
        assertThat(await(streams.after(LOBBY, 3, PLENTY)).exact()).isFalse();
    }

    /** The node died before the archive was told, or the archive was away; no message comes that would tell it. */
    @Test
    void idle_room_has_its_retention_in_the_archive_after_the_next_round() throws Exception {
        append(10);
        round("a");
        archive.fails = true;
        retain(2);
        archive.fails = false;
        round("a");
        assertThat(archivedSeqs()).containsExactly(9L, 10L);
        assertThat(shown()).containsExactly(9L, 10L);
        append(1);
        round("a");
        assertThat(shown()).containsExactly(10L, 11L);
    }

    private void retain(long entries) throws Exception {
        await(streams.retain(LOBBY, new OwnRetention(entries, 0), WINDOW, Permit.UNCONDITIONAL));
    }

    private List<Long> shown() throws Exception {
        return await(streams.latest(LOBBY, Long.MAX_VALUE, PLENTY)).entries().stream()
                .map(each -> each.entry().position().seq())
                .toList();
    }

    @Test
    void full_backlog_is_seen_within_a_round() throws Exception {
        append(60);
        archive.fails = true;
        feeder("a", true).round().transform(any -> Future.succeededFuture()).await(30, TimeUnit.SECONDS);
        assertThat(backlog.refuses()).isTrue();
        archive.fails = false;
        round("a");
        round("a");
        assertThat(backlog.refuses()).isFalse();
    }

    /** It waited while the archive was away, and went then, since too much waited. */
    @Test
    void deletion_that_the_archive_never_gets_is_made_once_more() throws Exception {
        LostDeletions lost = loseDeletions();
        append(4);
        round("a");
        archive.fails = true;
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        await(lost.run(lane -> true));
        archive.fails = false;
        loseAllThatWaits();
        assertThat(beforeTheHole()).as("without the sweep").contains("hello 2\"");
        await(lost.run(lane -> true));
        assertThat(beforeTheHole()).contains("hello 1\"").doesNotContain("hello 2\"");
        assertThat(deletedAgain)
                .singleElement()
                .satisfies(entry ->
                        assertThat(body(entry)).contains("message_deleted").contains("m2"));
        await(lost.run(lane -> true));
        assertThat(losable()).as("until the archive has it").hasSize(1);
        round("a");
        assertThat(archive.entries(LOBBY)).noneMatch(entry -> body(entry).contains("hello 2\""));
        await(lost.run(lane -> true));
        assertThat(losable()).isEmpty();
        assertThat(deletedAgain).hasSize(1);
    }

    @Test
    void deletion_that_the_archive_gets_is_made_once() throws Exception {
        LostDeletions lost = loseDeletions();
        append(4);
        round("a");
        append(20);
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        assertThat(amend("m20", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        await(lost.run(lane -> true));
        assertThat(losable())
                .as("the archive has the text of one, and may get that of the other")
                .hasSize(2);
        archive.fails = true;
        await(lost.run(lane -> true));
        archive.fails = false;
        assertThat(losable()).hasSize(2);
        round("a");
        await(lost.run(lane -> true));
        assertThat(losable()).isEmpty();
        assertThat(deletedAgain).isEmpty();
    }

    /** The feeder has read the message with its text when it is deleted, and adds it after the sweep has looked. */
    @Test
    void deletion_stays_noted_while_the_archive_may_get_the_text() throws Exception {
        LostDeletions lost = loseDeletions();
        append(4);
        Promise<Void> added = Promise.promise();
        archive.adds = added.future();
        Future<Boolean> round = feeder("a", true).round();
        assertThat(Await.until(() -> archive.isAdding)).isTrue();
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        await(lost.run(lane -> true));
        added.complete();
        await(round);
        archive.adds = Future.succeededFuture();
        loseAllThatWaits();
        assertThat(beforeTheHole()).as("without the sweep").contains("hello 2\"");
        await(lost.run(lane -> true));
        assertThat(beforeTheHole()).contains("hello 1\"").doesNotContain("hello 2\"");
    }

    /** Where nothing can be lost, no deletion is noted; those that wait when the setting is changed are noted then. */
    @Test
    void deletion_of_before_the_setting_is_made_once_more_too() throws Exception {
        append(4);
        round("a");
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        assertThat(losable()).isEmpty();
        LostDeletions lost = loseDeletions();
        for (int i = 0; i < 2; i++) {
            await(new WaitingDeletions(opened.source(), opened.rows()).note());
            assertThat(losable()).hasSize(1);
        }
        loseAllThatWaits();
        await(lost.run(lane -> true));
        assertThat(beforeTheHole()).contains("hello 1\"").doesNotContain("hello 2\"");
    }

    /** Rows that a setting has left are dealt with under the other one; a deletion that is made under that leaves none. */
    @Test
    void deletion_is_made_once_more_after_the_setting_was_changed_and_after_it_was_changed_back() throws Exception {
        loseDeletions();
        append(4);
        round("a");
        assertThat(amend("m2", Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        loseAllThatWaits();

        LostDeletions refusing = deleteOverStreams(opened.streams());
        await(refusing.run(lane -> true));
        assertThat(beforeTheHole()).doesNotContain("hello 2\"");
        assertThat(losable()).as("until the archive has it").hasSize(1);
        loseAllThatWaits();
        assertThat(beforeTheHole()).as("it was lost a second time").contains("hello 2\"");

        LostDeletions losing = loseDeletions();
        await(losing.run(lane -> true));
        assertThat(beforeTheHole()).doesNotContain("hello 2\"");
        round("a");
        await(losing.run(lane -> true));
        assertThat(losable()).isEmpty();
        assertThat(deletedAgain).hasSize(2);
        assertThat(archive.entries(LOBBY)).noneMatch(entry -> body(entry).contains("hello 2\""));
    }

    @Test
    void nothing_that_waits_is_lost_before_its_deletions_are_noted() {
        ArchiveBacklog losing = new ArchiveBacklog(() -> 1_000, ArchiveConfig.OnFull.GAP);
        losing.seen(2_000);
        assertThat(losing.window(UNFOLLOWED)).isEqualTo(WINDOW);
        losing.deletionsNoted();
        assertThat(losing.window(UNFOLLOWED)).isEqualTo(UNFOLLOWED);
        losing.seen(1_000);
        assertThat(losing.window(UNFOLLOWED)).isEqualTo(WINDOW);
    }

    /** What the archive was not given goes, and later entries reach it. */
    private void loseAllThatWaits() throws Exception {
        for (int i = 0; i < 20; i++) {
            await(streams.append(request(LOBBY, UNFOLLOWED, "\"type\":\"chat\",\"messageId\":\"m\"}")));
        }
        append(1);
        round("a");
    }

    /** What has to wait is passed over, and looked at again. */
    @Test
    void deletions_that_have_to_wait_keep_no_others_from_their_end() throws Exception {
        LostDeletions lost = loseDeletions();
        int many = LostDeletions.DELETIONS_OF_LANE + 10;
        append(many);
        round("a");
        for (int i = 1; i <= many; i++) {
            assertThat(amend("m" + i, Change.DELETE, "")).isInstanceOf(AppendResult.Stored.class);
        }
        await(lost.run(lane -> true));
        assertThat(losable()).hasSize(many);
        round("a");
        await(lost.run(lane -> true));
        await(lost.run(lane -> true));
        assertThat(losable()).isEmpty();
    }

    private String beforeTheHole() throws Exception {
        return await(streams.latest(LOBBY, 5, PLENTY)).entries().stream()
                .map(each -> body(each.entry()))
                .collect(Collectors.joining());
    }

    private LostDeletions loseDeletions() {
        return deleteOverStreams(new LosingStreams(opened.streams()));
    }

    private LostDeletions deleteOverStreams(StreamStore followed) {
        streams = new ArchivedStreams(followed, archive, opened.source(), opened.rows(), 10_000);
        return new LostDeletions(archive, opened.rows(), streams, stream -> WINDOW, clock, deletedAgain::add);
    }

    private List<Rows.Row> losable() throws Exception {
        RowRange some = LosableDeletions.first(1_000);
        return await(opened.rows().read(LOBBY.lane(), ReadSet.of(some))).get(some);
    }

    final boolean round(String node) throws Exception {
        return await(feeder(node, true).round());
    }

    private ArchiveFeeder feeder(String node, boolean own) {
        return new ArchiveFeeder(
                new ArchiveFeeder.Source(
                        opened.rows(),
                        opened.source(),
                        stream -> WINDOW.entries(),
                        () -> RetentionConfig.UNBOUNDED,
                        this::streams),
                archive,
                backlog,
                node,
                lane -> own,
                (entries, missing) -> fed.add(entries + ", missing " + missing));
    }

    final void append(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            String id = "m" + ++ids;
            AppendRequest message = request("\"type\":\"chat\",\"roomId\":\"lobby\",\"messageId\":\"" + id
                            + "\",\"content\":\"hello " + ids + "\"}")
                    .carrying(new Message(id, ANN));
            assertThat(await(streams.append(message))).isInstanceOf(AppendResult.Stored.class);
        }
    }

    private AppendResult amend(String message, Change change, String text) throws Exception {
        return await(streams.amend(amendment(message, change, text)));
    }

    private AmendRequest amendment(String message, Change change, String text) {
        byte[] deletion = DeliveredMessage.deletedBody(new Target.ToRoom(ROOM), message, ANN, clock.getAsLong());
        AppendRequest append = request(
                change == Change.DELETE
                        ? new String(deletion, StandardCharsets.UTF_8)
                        : "\"type\":\"message_edited\",\"messageId\":\"" + message + "\",\"content\":\"" + text
                                + "\"}");
        return new AmendRequest(append, message, ANN, false, change, Long.MIN_VALUE, WINDOW.entries(), 10);
    }

    private AppendRequest request(String body) {
        return request(LOBBY, body);
    }

    private AppendRequest request(StreamName stream, String body) {
        return request(stream, WINDOW, body);
    }

    private AppendRequest request(StreamName stream, StreamWindow window, String body) {
        return new AppendRequest(
                stream,
                window,
                clock.getAsLong(),
                body.getBytes(StandardCharsets.UTF_8),
                Optional.of(ANN),
                Optional.empty(),
                Long.MAX_VALUE);
    }

    private String text(String message) throws Exception {
        return await(streams.latest(LOBBY, Long.MAX_VALUE, PLENTY)).entries().stream()
                .filter(each -> new String(each.entry().body(), StandardCharsets.UTF_8)
                        .contains("\"messageId\":\"" + message + "\""))
                .findFirst()
                .flatMap(LatestSlice.LatestEntry::amendment)
                .map(amendment -> new String(amendment.body(), StandardCharsets.UTF_8))
                .orElse("");
    }

    /** All texts that a reader can get. */
    private String all() throws Exception {
        StringBuilder all = new StringBuilder();
        LatestSlice latest = await(streams.latest(LOBBY, Long.MAX_VALUE, PLENTY));
        assertThat(latest.more()).isFalse();
        latest.entries().forEach(each -> {
            all.append(new String(each.entry().body(), StandardCharsets.UTF_8));
            each.amendment().ifPresent(amendment -> all.append(new String(amendment.body(), StandardCharsets.UTF_8)));
        });
        return all.toString();
    }

    private static String body(StreamEntry entry) {
        return new String(entry.body(), StandardCharsets.UTF_8);
    }

    final List<Long> archivedSeqs() {
        return archive.entries(LOBBY).stream()
                .map(entry -> entry.position().seq())
                .toList();
    }

    static List<Long> seqs(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }
}

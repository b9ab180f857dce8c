package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of every store of streams. An adapter's test opens its store. */
public abstract class StreamStoreContract
        implements PairedAppendContract, AmendContract, AmendModelContract, RetentionContract {
    public static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    static final StreamName LOBBY_TOO = StreamName.room(new RoomId("lobby2"));
    public static final UserId ANN = new UserId("ann");
    public static final Bounds PLENTY = new Bounds(10_000, 1 << 24);
    public static final StreamWindow KEPT = new StreamWindow(300, TimeUnit.HOURS.toMillis(24));

    public final SettableClock clock = new SettableClock();
    private Fixture fixture;
    private StreamInvariants streams;

    /** Opens the same streams; called again after each close. */
    public abstract Fixture open() throws Exception;

    @Override
    public StreamStore streams() {
        return streams;
    }

    @Override
    public SettableClock clock() {
        return clock;
    }

    @BeforeEach
    void open_and_watch() throws Exception {
        fixture = open();
        streams = new StreamInvariants(fixture.streams());
    }

    @AfterEach
    void check_and_close() {
        streams.check();
        fixture.close();
    }

    @Test
    void seq_counts_up_from_one_without_a_gap() throws Exception {
        for (int i = 1; i <= 5; i++) {
            assertThat(stored(message(LOBBY, "m" + i)).position().seq()).isEqualTo(i);
        }
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void entry_is_read_as_it_was_appended() throws Exception {
        StreamEntry written = stored(message(LOBBY, "\"type\":\"chat\"}"));
        StreamEntry read = await(streams.after(LOBBY, 0, PLENTY)).entries().get(0);
        assertThat(read.body()).isEqualTo(written.body());
        assertThat(read.position()).isEqualTo(written.position());
        assertThat(read.timestamp()).isEqualTo(written.timestamp());
        assertThat(read.stream()).isEqualTo(LOBBY);
    }

    @Test
    void concurrent_appends_get_distinct_positions_without_a_gap() throws Exception {
        List<Future<AppendResult>> all = new ArrayList<>();
        List<Thread> appenders = IntStream.range(0, 64)
                .mapToObj(appender -> new Thread(() -> {
                    for (int i = 0; i < 4; i++) {
                        Future<AppendResult> outcome = streams.append(message(LOBBY, appender + "." + i));
                        synchronized (all) {
                            all.add(outcome);
                        }
                    }
                }))
                .toList();
        appenders.forEach(Thread::start);
        for (Thread appender : appenders) {
            appender.join();
        }
        List<Long> acknowledged = new ArrayList<>();
        for (Future<AppendResult> outcome : all) {
            acknowledged.add(
                    ((AppendResult.Stored) await(outcome)).entry().position().seq());
        }
        assertThat(acknowledged)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 256).boxed().toList());
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).hasSize(256);
    }

    @Test
    void streams_whose_names_begin_alike_do_not_mix() throws Exception {
        stored(message(LOBBY, "a"));
        stored(message(LOBBY_TOO, "b"));
        stored(message(LOBBY_TOO, "c"));
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).containsExactly(1L);
        assertThat(seqs(await(streams.before(LOBBY_TOO, Long.MAX_VALUE, PLENTY))))
                .containsExactly(1L, 2L);
    }

    @Test
    void same_key_and_body_is_stored_once_and_gets_the_first_outcome() throws Exception {
        StreamEntry first = stored(keyed("id1", "hello", "message-1"));
        assertThat(await(streams.append(keyed("id1", "hello", "message-2"))))
                .isEqualTo(new AppendResult.Duplicate("message-1", first.position()));
        assertThat(await(streams.head(LOBBY)).seq()).isEqualTo(1);
    }

    @Test
    void same_key_with_another_body_is_a_conflict() throws Exception {
        stored(keyed("id1", "hello", "message-1"));
        assertThat(await(streams.append(keyed("id1", "other text", "message-2"))))
                .isEqualTo(Refusal.CONFLICT);
        assertThat(await(streams.head(LOBBY)).seq()).isEqualTo(1);
    }

    @Test
    void concurrent_appends_under_one_key_are_stored_once() throws Exception {
        List<Future<AppendResult>> attempts = IntStream.range(0, 50)
                .mapToObj(i -> streams.append(keyed("id1", "hello", "message-" + i)))
                .toList();
        int stored = 0;
        for (Future<AppendResult> attempt : attempts) {
            stored += await(attempt) instanceof AppendResult.Stored ? 1 : 0;
        }
        assertThat(stored).isEqualTo(1);
    }

    @Test
    void key_is_known_after_a_restart_with_its_acknowledged_position() throws Exception {
        StreamEntry first = stored(keyed("id1", "hello", "message-1"));
        reopen();
        assertThat(await(streams.append(keyed("id1", "hello", "message-2"))))
                .isEqualTo(new AppendResult.Duplicate("message-1", first.position()));
    }

    @Test
    void key_is_of_one_user_type_and_stream() throws Exception {
        stored(keyed("id1", "hello", "message-1"));
        assertThat(stored(keyed(LOBBY, new UserId("bob"), "chat", "id1", "hello", "message-2"))
                        .position()
                        .seq())
                .isEqualTo(2);
        assertThat(stored(keyed(LOBBY, ANN, "edit_message", "id1", "hello", "message-3"))
                        .position()
                        .seq())
                .isEqualTo(3);
        assertThat(stored(keyed(LOBBY_TOO, ANN, "chat", "id1", "hello", "message-4"))
                        .position()
                        .seq())
                .isEqualTo(1);
    }

    @Test
    void key_is_known_for_ten_minutes_over_rotations() throws Exception {
        for (int i = 0; i < 40; i++) {
            stored(keyed("id" + i, "hello", "message-" + i));
            clock.pass(TimeUnit.SECONDS.toMillis(59));
            int oldest = Math.max(0, i - 9);
            assertThat(await(streams.append(keyed("id" + oldest, "hello", "again"))))
                    .as("key %d of %d", oldest, i)
                    .isInstanceOf(AppendResult.Duplicate.class);
        }
    }

    @Test
    void key_is_forgotten_after_twenty_minutes_even_without_appends_meanwhile() throws Exception {
        stored(keyed("id1", "hello", "message-1"));
        clock.pass(TimeUnit.MINUTES.toMillis(20));
        assertThat(stored(keyed("id1", "something else", "message-2"))
                        .position()
                        .seq())
                .isEqualTo(2);
    }

    @Test
    void append_after_its_not_after_is_expired() throws Exception {
        AppendRequest late = new AppendRequest(
                LOBBY, KEPT, 1, "x".getBytes(StandardCharsets.UTF_8), Optional.of(ANN), Optional.empty(), now() - 1);
        assertThat(await(streams.append(late))).isEqualTo(Refusal.EXPIRED);
        assertThat(await(streams.head(LOBBY)).seq()).isZero();
    }

    @Test
    void known_key_is_a_duplicate_even_after_its_not_after() throws Exception {
        AppendRequest first = keyed("id1", "hello", "message-1");
        stored(first);
        clock.pass(60_000);
        assertThat(await(streams.append(first))).isInstanceOf(AppendResult.Duplicate.class);
    }

    @Test
    void expired_append_stores_no_key() throws Exception {
        AppendRequest first = keyed("id1", "hello", "message-1");
        clock.pass(60_000);
        assertThat(await(streams.append(first))).isEqualTo(Refusal.EXPIRED);
        assertThat(stored(keyed("id1", "other", "message-2")).position().seq()).isEqualTo(1);
    }

    @Test
    void barred_author_is_refused_in_that_stream_only() throws Exception {
        StreamEntry barring = stored(barring(LOBBY, ANN));
        assertThat(barring.bars()).contains(ANN);
        assertThat(await(streams.append(message(LOBBY, "x")))).isEqualTo(Refusal.BARRED);
        Position head = await(streams.head(LOBBY));
        assertThat(head.seq()).isEqualTo(1);
        assertAccess(head, true, false);
        assertThat(await(streams.access(LOBBY_TOO, ANN)).barred()).isFalse();
        assertThat(await(streams.after(LOBBY, 0, PLENTY)).entries())
                .singleElement()
                .satisfies(read -> assertThat(read.bars()).contains(ANN));
        stored(message(LOBBY_TOO, "x"));
        AppendRequest servers = new AppendRequest(
                LOBBY, KEPT, 1, "x".getBytes(StandardCharsets.UTF_8), Optional.empty(), Optional.empty(), now());
        stored(servers);
    }

    @Test
    void entry_that_only_ends_subscriptions_names_the_user_and_bars_none() throws Exception {
        AppendRequest leaving = new AppendRequest(
                        LOBBY, KEPT, 1, "x".getBytes(StandardCharsets.UTF_8), Optional.empty(), Optional.empty(), now())
                .detaching(ANN);
        assertThat(await(streams.access(LOBBY, ANN)).detached()).isFalse();
        assertThat(stored(leaving).bars()).contains(ANN);
        assertThat(await(streams.after(LOBBY, 0, PLENTY)).entries())
                .singleElement()
                .satisfies(read -> assertThat(read.bars()).contains(ANN));
        Position head = await(streams.head(LOBBY));
        assertAccess(head, false, true);
        assertThat(await(streams.access(LOBBY_TOO, ANN)).detached()).isFalse();
        clock.pass(StreamStore.DETACHED_MS);
        assertThat(await(streams.access(LOBBY, ANN)).detached()).isTrue();
        clock.pass(1);
        assertThat(await(streams.access(LOBBY, ANN)).detached()).isFalse();
        stored(message(LOBBY, "x"));
    }

    private void assertAccess(Position head, boolean barred, boolean detached) throws Exception {
        Access access = await(streams.access(LOBBY, ANN));
        assertThat(access).isEqualTo(new Access(head, barred, detached, 0, access.keptUntil()));
    }

    @Test
    void note_that_users_may_have_lost_their_access_is_told_for_a_while_and_is_no_entry() throws Exception {
        await(streams.noteDetachment(LOBBY));
        assertThat(await(streams.access(LOBBY, ANN)).detached()).isTrue();
        assertThat(await(streams.access(LOBBY_TOO, ANN)).detached()).isFalse();
        assertThat(await(streams.head(LOBBY)).seq()).isZero();
        assertThat(stored(message(LOBBY, "first")).position().seq()).isEqualTo(1);
        assertThat(await(streams.access(LOBBY, ANN)).detached()).isTrue();
        clock.pass(StreamStore.DETACHED_MS + 1);
        assertThat(await(streams.access(LOBBY, ANN)).detached()).isFalse();
        await(streams.noteDetachment(LOBBY));
        assertThat(await(streams.access(LOBBY, ANN)).detached()).isTrue();
        assertThat(await(streams.head(LOBBY)).seq()).isEqualTo(1);
    }

    @Test
    void barred_returns_the_barred_of_many_users() throws Exception {
        Set<UserId> many =
                IntStream.range(0, 1_000).mapToObj(i -> new UserId("user" + i)).collect(Collectors.toSet());
        assertThat(await(streams.barred(LOBBY, many))).isEmpty();
        assertThat(await(streams.barred(LOBBY, Set.of()))).isEmpty();
        Set<UserId> barred = Set.of(new UserId("user3"), new UserId("user777"));
        for (UserId user : barred) {
            stored(barring(LOBBY, user));
        }
        stored(barring(LOBBY, ANN));
        stored(barring(LOBBY_TOO, new UserId("user4")));
        assertThat(await(streams.barred(LOBBY, many))).isEqualTo(barred);
    }

    @Test
    void stream_with_its_maximum_of_bars_is_full_for_others() throws Exception {
        stored(barring(LOBBY, new UserId("user1"), 2));
        stored(barring(LOBBY, new UserId("user2"), 2));
        Position head = await(streams.head(LOBBY));
        assertThat(await(streams.append(barring(LOBBY, ANN, 2)))).isEqualTo(Refusal.FULL);
        assertAccess(head, false, false);
        stored(barring(LOBBY, new UserId("user2"), 2));
        stored(barring(LOBBY_TOO, ANN, 2));
    }

    @Test
    void only_the_newest_entries_are_kept() throws Exception {
        StreamWindow three = new StreamWindow(3, KEPT.ageMs());
        for (int i = 1; i <= 10; i++) {
            stored(message(LOBBY, three, "m" + i));
        }
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).containsExactly(8L, 9L, 10L);
    }

    @Test
    void shortened_retention_takes_effect_within_some_appends() throws Exception {
        for (int i = 1; i <= 20; i++) {
            stored(message(LOBBY, "m" + i));
        }
        StreamWindow two = new StreamWindow(2, KEPT.ageMs());
        for (int i = 21; i <= 30; i++) {
            stored(message(LOBBY, two, "m" + i));
        }
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).containsExactly(29L, 30L);
    }

    @Test
    void entries_that_are_too_old_are_not_returned() throws Exception {
        StreamEntry old = stored(message(LOBBY, "old"));
        clock.pass(KEPT.ageMs());
        StreamEntry young = stored(message(LOBBY, "young"));
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).containsExactly(1L, 2L);
        clock.pass(1);
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).containsExactly(2L);
        assertThat(seqs(await(streams.before(LOBBY, Long.MAX_VALUE, PLENTY)))).containsExactly(2L);
        assertThat(await(resume(new Position(old.position().epoch(), 0))).exact())
                .isFalse();
        assertThat(seqs(await(resume(old.position())))).containsExactly(2L);
        assertThat(await(resume(young.position())).exact()).isTrue();
    }

    @Test
    void older_entries_do_not_outlive_newer_ones_when_the_clock_is_set_back() throws Exception {
        stored(message(LOBBY, "first"));
        clock.pass(-KEPT.ageMs());
        stored(message(LOBBY, "second"));
        clock.pass(2 * KEPT.ageMs());
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).containsExactly(1L, 2L);
    }

    @Test
    void resume_returns_exactly_the_missed_entries() throws Exception {
        Position third = appendedUpTo(3);
        appendedUpTo(5);
        Slice missed = await(resume(third));
        assertThat(missed.exact()).isTrue();
        assertThat(seqs(missed)).containsExactly(4L, 5L);
        assertThat(missed.head().seq()).isEqualTo(5);
        assertThat(missed.more()).isFalse();
    }

    @Test
    void resume_at_the_head_is_exact_and_empty() throws Exception {
        Slice missed = await(resume(appendedUpTo(3)));
        assertThat(missed.exact()).isTrue();
        assertThat(missed.entries()).isEmpty();
    }

    @Test
    void resume_from_beyond_the_head_is_not_exact() throws Exception {
        Position head = appendedUpTo(3);
        assertNothingRecovered(await(resume(new Position(head.epoch(), 4))), 3);
        assertNothingRecovered(await(resume(new Position(head.epoch(), Long.MAX_VALUE))), 3);
    }

    @Test
    void resume_from_before_the_beginning_is_not_exact() throws Exception {
        Position head = appendedUpTo(3);
        assertNothingRecovered(await(resume(new Position(head.epoch(), -1))), 3);
        assertNothingRecovered(await(resume(new Position(head.epoch(), Long.MIN_VALUE))), 3);
    }

    @Test
    void resume_from_an_unknown_epoch_is_not_exact() throws Exception {
        appendedUpTo(3);
        assertNothingRecovered(await(resume(new Position("elsewhere", 2))), 3);
        assertNothingRecovered(await(resume(new Position("elsewhere", 0))), 3);
    }

    @Test
    void resume_from_trimmed_entries_is_not_exact() throws Exception {
        StreamWindow two = new StreamWindow(2, KEPT.ageMs());
        Position first = stored(message(LOBBY, two, "m1")).position();
        Position second = stored(message(LOBBY, two, "m2")).position();
        stored(message(LOBBY, two, "m3"));
        stored(message(LOBBY, two, "m4"));
        assertNothingRecovered(await(resume(first)), 4);
        assertThat(seqs(await(resume(second)))).containsExactly(3L, 4L);
        assertThat(await(streams.after(LOBBY, 1, PLENTY)).lacksEntriesAfter(1)).isTrue();
        assertThat(await(streams.after(LOBBY, 2, PLENTY)).lacksEntriesAfter(2)).isFalse();
        assertThat(await(streams.after(LOBBY, 9, PLENTY)).lacksEntriesAfter(9)).isFalse();
    }

    @Test
    void resume_without_a_position_returns_only_the_head() throws Exception {
        appendedUpTo(3);
        assertNothingRecovered(await(streams.resume(LOBBY, Optional.empty(), PLENTY)), 3);
    }

    @Test
    void empty_stream_has_an_epoch_and_resumes_from_zero() throws Exception {
        Position empty = await(streams.head(LOBBY));
        assertThat(empty.seq()).isZero();
        assertThat(empty.epoch()).matches("[A-Za-z0-9_-]{16}");
        assertThat(await(resume(empty)).exact()).isTrue();
        appendedUpTo(2);
        Slice missed = await(resume(empty));
        assertThat(missed.exact()).isTrue();
        assertThat(seqs(missed)).containsExactly(1L, 2L);
    }

    @Test
    void confirm_returns_heads_of_many_streams_and_whether_they_contain_the_positions() throws Exception {
        Position third = appendedUpTo(3);
        Position other = stored(message(LOBBY_TOO, "m1")).position();
        StreamName empty = StreamName.room(new RoomId("empty"));
        Position nothing = await(streams.head(empty));
        List<StreamStore.Confirmation> confirmations = await(streams.confirm(List.of(
                new StreamStore.Cursor(LOBBY, third),
                new StreamStore.Cursor(LOBBY_TOO, new Position("elsewhere", 1)),
                new StreamStore.Cursor(empty, nothing),
                new StreamStore.Cursor(LOBBY, new Position(third.epoch(), 4)),
                new StreamStore.Cursor(LOBBY, new Position(third.epoch(), 1)))));
        assertThat(confirmations)
                .extracting(StreamStore.Confirmation::head)
                .containsExactly(third, other, nothing, third, third);
        assertThat(confirmations)
                .extracting(StreamStore.Confirmation::kept)
                .containsExactly(true, false, true, false, true);
    }

    @Test
    void reopened_store_has_a_new_epoch_from_its_next_entry_on_and_continues_seq() throws Exception {
        Position before = appendedUpTo(3);
        reopen();
        assertThat(await(streams.head(LOBBY)).seq()).isEqualTo(3);
        Position after = appendedUpTo(4);
        assertThat(after.seq()).isEqualTo(4);
        assertThat(after.epoch()).isNotEqualTo(before.epoch());
    }

    @Test
    void resume_over_a_fork_is_exact_at_or_below_it_and_not_above() throws Exception {
        Position first = appendedUpTo(1);
        Position third = appendedUpTo(3);
        reopen();
        appendedUpTo(5);
        assertThat(seqs(await(resume(third)))).containsExactly(4L, 5L);
        assertThat(seqs(await(resume(first)))).containsExactly(2L, 3L, 4L, 5L);
        assertNothingRecovered(await(resume(new Position(third.epoch(), 4))), 5);
    }

    @Test
    void position_of_an_epoch_without_appends_resumes_exactly() throws Exception {
        appendedUpTo(3);
        reopen();
        Position quiet = await(streams.head(LOBBY));
        reopen();
        appendedUpTo(5);
        assertThat(seqs(await(resume(quiet)))).containsExactly(4L, 5L);
        assertNothingRecovered(await(resume(new Position(quiet.epoch(), 4))), 5);
    }

    @Test
    void empty_stream_resumes_exactly_over_epochs_without_appends() throws Exception {
        Position empty = await(streams.head(LOBBY));
        reopen();
        reopen();
        appendedUpTo(1);
        assertThat(seqs(await(resume(empty)))).containsExactly(1L);
        assertNothingRecovered(await(resume(new Position(empty.epoch(), 1))), 1);
    }

    @Test
    void last_four_epochs_are_kept_and_no_more() throws Exception {
        List<Position> positions = new ArrayList<>();
        for (int run = 1; run <= 6; run++) {
            positions.add(appendedUpTo(run));
            reopen();
        }
        appendedUpTo(7);
        assertThat(positions)
                .allSatisfy(position -> assertThat(await(resume(position)).exact())
                        .as("position %s", position)
                        .isEqualTo(position.seq() > 2));
    }

    @Test
    void after_returns_the_requested_number_above_the_seq() throws Exception {
        appendedUpTo(10);
        Slice some = await(streams.after(LOBBY, 3, new Bounds(4, 1 << 20)));
        assertThat(seqs(some)).containsExactly(4L, 5L, 6L, 7L);
        assertThat(some.more()).isTrue();
        assertThat(await(streams.after(LOBBY, 6, new Bounds(4, 1 << 20))).more())
                .isFalse();
        assertThat(seqs(await(streams.after(LOBBY, 10, PLENTY)))).isEmpty();
        assertThat(seqs(await(streams.after(LOBBY, Long.MAX_VALUE, PLENTY)))).isEmpty();
    }

    @Test
    void before_returns_the_newest_below_the_seq_in_ascending_order() throws Exception {
        appendedUpTo(10);
        Slice some = await(streams.before(LOBBY, 8, new Bounds(3, 1 << 20)));
        assertThat(seqs(some)).containsExactly(5L, 6L, 7L);
        assertThat(some.more()).isTrue();
        assertThat(seqs(await(streams.before(LOBBY, Long.MAX_VALUE, new Bounds(2, 1 << 20)))))
                .containsExactly(9L, 10L);
        Slice beginning = await(streams.before(LOBBY, 4, new Bounds(3, 1 << 20)));
        assertThat(seqs(beginning)).containsExactly(1L, 2L, 3L);
        assertThat(beginning.more()).isFalse();
        assertThat(seqs(await(streams.before(LOBBY, 1, PLENTY)))).isEmpty();
    }

    @Test
    void read_stops_at_its_byte_limit_but_returns_at_least_one_entry() throws Exception {
        String kilobyte = "x".repeat(1_000);
        for (int i = 0; i < 5; i++) {
            stored(message(LOBBY, kilobyte));
        }
        Slice two = await(streams.after(LOBBY, 0, new Bounds(100, 2_500)));
        assertThat(seqs(two)).containsExactly(1L, 2L);
        assertThat(two.more()).isTrue();
        assertThat(seqs(await(streams.before(LOBBY, Long.MAX_VALUE, new Bounds(100, 2_500)))))
                .containsExactly(4L, 5L);
        assertThat(seqs(await(streams.after(LOBBY, 4, new Bounds(100, 1))))).containsExactly(5L);
        Slice resumed = await(streams.resume(
                LOBBY, Optional.of(new Position(await(streams.head(LOBBY)).epoch(), 1)), new Bounds(2, 1 << 20)));
        assertThat(seqs(resumed)).containsExactly(2L, 3L);
        assertThat(resumed.more()).isTrue();
        assertThat(resumed.exact()).isTrue();
    }

    @Override
    public void reopen() throws Exception {
        fixture.close();
        fixture = open();
        streams.watch(fixture.streams());
    }

    Position appendedUpTo(int seq) throws Exception {
        Position head = await(streams.head(LOBBY));
        while (head.seq() < seq) {
            head = stored(message(LOBBY, "m" + (head.seq() + 1))).position();
        }
        return head;
    }

    StreamEntry stored(AppendRequest append) throws Exception {
        AppendResult outcome = await(streams.append(append));
        assertThat(outcome).isInstanceOf(AppendResult.Stored.class);
        return ((AppendResult.Stored) outcome).entry();
    }

    AppendRequest message(StreamName stream, String body) {
        return message(stream, KEPT, body);
    }

    AppendRequest message(StreamName stream, StreamWindow window, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new AppendRequest(stream, window, now(), bytes, Optional.of(ANN), Optional.empty(), now() + 5_000);
    }

    Future<Slice> resume(Position since) {
        return streams.resume(LOBBY, Optional.of(since), PLENTY);
    }

    private AppendRequest keyed(String id, String body, String messageId) {
        return keyed(LOBBY, ANN, "chat", id, body, messageId);
    }

    private AppendRequest keyed(StreamName stream, UserId user, String type, String id, String body, String messageId) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        AppendRequest.IdempotencyKey idempotencyKey =
                new AppendRequest.IdempotencyKey(user, type, id, bytes, messageId);
        return new AppendRequest(
                stream, KEPT, now(), bytes, Optional.of(user), Optional.of(idempotencyKey), now() + 5_000);
    }

    private long now() {
        return clock.getAsLong();
    }

    private AppendRequest barring(StreamName stream, UserId user) {
        return barring(stream, user, 10_000);
    }

    private AppendRequest barring(StreamName stream, UserId user, int mostBars) {
        return new AppendRequest(
                        stream,
                        KEPT,
                        now(),
                        "removed".getBytes(StandardCharsets.UTF_8),
                        Optional.empty(),
                        Optional.empty(),
                        now() + 5_000)
                .barring(user, mostBars);
    }

    static void assertNothingRecovered(Slice slice, long head) {
        assertThat(slice.exact()).isFalse();
        assertThat(slice.entries()).isEmpty();
        assertThat(slice.head().seq()).isEqualTo(head);
    }

    public static List<Long> seqs(Slice slice) {
        return slice.entries().stream().map(entry -> entry.position().seq()).toList();
    }

    public static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }

    /** The streams of one opening of their store. */
    public interface Fixture extends AutoCloseable {
        StreamStore streams();

        @Override
        void close();
    }
}

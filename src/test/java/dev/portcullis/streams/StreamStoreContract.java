package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Retention;
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

/** What every store of streams promises. An adapter's test says how its streams come to life. */
public abstract class StreamStoreContract {
    public static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    static final StreamName LOBBY_TOO = StreamName.room(new RoomId("lobby2"));
    public static final UserId ANN = new UserId("ann");
    public static final Bounds PLENTY = new Bounds(10_000, 1 << 24);
    public static final Retention KEPT = new Retention(300, TimeUnit.HOURS.toMillis(24));

    public final SettableClock clock = new SettableClock();
    private Life life;
    private StreamInvariants streams;

    /** Opens the same streams again and again. */
    public abstract Life open() throws Exception;

    @BeforeEach
    void open_and_watch() throws Exception {
        life = open();
        streams = new StreamInvariants(life.streams());
    }

    @AfterEach
    void check_and_close() {
        streams.check();
        life.close();
    }

    @Test
    void seq_counts_up_from_one_without_a_hole() throws Exception {
        for (int i = 1; i <= 5; i++) {
            assertThat(stored(message(LOBBY, "m" + i)).position().seq()).isEqualTo(i);
        }
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void an_entry_is_read_as_it_was_appended() throws Exception {
        StreamEntry written = stored(message(LOBBY, "\"type\":\"chat\"}"));
        StreamEntry read = await(streams.after(LOBBY, 0, PLENTY)).entries().get(0);
        assertThat(read.body()).isEqualTo(written.body());
        assertThat(read.position()).isEqualTo(written.position());
        assertThat(read.timestamp()).isEqualTo(written.timestamp());
        assertThat(read.stream()).isEqualTo(LOBBY);
    }

    @Test
    void sixty_four_appenders_at_once_leave_no_hole_and_share_no_place() throws Exception {
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
    void the_same_key_and_body_get_the_first_answer_and_are_stored_once() throws Exception {
        StreamEntry first = stored(keyed("id1", "hello", "message-1"));
        assertThat(await(streams.append(keyed("id1", "hello", "message-2"))))
                .isEqualTo(new AppendResult.Duplicate("message-1", first.position()));
        assertThat(await(streams.head(LOBBY)).seq()).isEqualTo(1);
    }

    @Test
    void the_same_key_with_another_body_is_a_conflict() throws Exception {
        stored(keyed("id1", "hello", "message-1"));
        assertThat(await(streams.append(keyed("id1", "goodbye", "message-2"))))
                .isInstanceOf(AppendResult.Conflict.class);
        assertThat(await(streams.head(LOBBY)).seq()).isEqualTo(1);
    }

    @Test
    void a_repetition_at_the_same_moment_is_stored_once() throws Exception {
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
    void a_key_is_known_after_a_restart_and_answers_with_the_place_it_was_acknowledged_at() throws Exception {
        StreamEntry first = stored(keyed("id1", "hello", "message-1"));
        reopen();
        assertThat(await(streams.append(keyed("id1", "hello", "message-2"))))
                .isEqualTo(new AppendResult.Duplicate("message-1", first.position()));
    }

    @Test
    void a_key_belongs_to_its_user_its_type_and_its_stream() throws Exception {
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
    void a_key_lives_ten_minutes_however_the_turns_fall() throws Exception {
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
    void a_key_is_forgotten_after_twenty_minutes_even_if_nobody_published_meanwhile() throws Exception {
        stored(keyed("id1", "hello", "message-1"));
        clock.pass(TimeUnit.MINUTES.toMillis(20));
        assertThat(stored(keyed("id1", "something else", "message-2"))
                        .position()
                        .seq())
                .isEqualTo(2);
    }

    @Test
    void what_comes_after_its_time_is_not_appended() throws Exception {
        AppendRequest late = new AppendRequest(
                LOBBY, KEPT, 1, "x".getBytes(StandardCharsets.UTF_8), Optional.of(ANN), Optional.empty(), now() - 1);
        assertThat(await(streams.append(late))).isInstanceOf(AppendResult.Expired.class);
        assertThat(await(streams.head(LOBBY)).seq()).isZero();
    }

    @Test
    void a_known_key_is_answered_even_after_its_time() throws Exception {
        AppendRequest first = keyed("id1", "hello", "message-1");
        stored(first);
        clock.pass(60_000);
        assertThat(await(streams.append(first))).isInstanceOf(AppendResult.Duplicate.class);
    }

    @Test
    void what_expired_left_no_key_behind() throws Exception {
        AppendRequest first = keyed("id1", "hello", "message-1");
        clock.pass(60_000);
        assertThat(await(streams.append(first))).isInstanceOf(AppendResult.Expired.class);
        assertThat(stored(keyed("id1", "other", "message-2")).position().seq()).isEqualTo(1);
    }

    @Test
    void a_barred_author_is_refused_in_that_stream_only() throws Exception {
        StreamEntry barring = stored(barring(LOBBY, ANN));
        assertThat(barring.bars()).contains(ANN);
        assertThat(await(streams.append(message(LOBBY, "x")))).isInstanceOf(AppendResult.Barred.class);
        Position head = await(streams.head(LOBBY));
        assertThat(head.seq()).isEqualTo(1);
        assertThat(await(streams.access(LOBBY, ANN))).isEqualTo(new Access(head, true));
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
    void of_many_users_those_are_named_who_are_barred_from_the_stream() throws Exception {
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
        await(streams.unbar(LOBBY, new UserId("user3")));
        assertThat(await(streams.barred(LOBBY, many))).containsExactly(new UserId("user777"));
    }

    @Test
    void a_stream_bars_as_many_as_it_may_and_nobody_more() throws Exception {
        stored(barring(LOBBY, new UserId("user1"), 2));
        stored(barring(LOBBY, new UserId("user2"), 2));
        Position head = await(streams.head(LOBBY));
        assertThat(await(streams.append(barring(LOBBY, ANN, 2)))).isEqualTo(new AppendResult.Full());
        assertThat(await(streams.access(LOBBY, ANN))).isEqualTo(new Access(head, false));
        stored(barring(LOBBY, new UserId("user2"), 2));
        stored(barring(LOBBY_TOO, ANN, 2));
        await(streams.unbar(LOBBY, new UserId("nobody")));
        assertThat(await(streams.append(barring(LOBBY, ANN, 2)))).isEqualTo(new AppendResult.Full());
        await(streams.unbar(LOBBY, new UserId("user2")));
        await(streams.unbar(LOBBY, new UserId("user2")));
        stored(barring(LOBBY, ANN, 2));
        assertThat(await(streams.append(barring(LOBBY, new UserId("user3"), 2))))
                .isEqualTo(new AppendResult.Full());
    }

    @Test
    void who_is_unbarred_writes_again() throws Exception {
        stored(barring(LOBBY, ANN));
        await(streams.unbar(LOBBY, ANN));
        assertThat(await(streams.access(LOBBY, ANN)).barred()).isFalse();
        stored(message(LOBBY, "x"));
        await(streams.unbar(LOBBY, ANN));
    }

    @Test
    void only_the_newest_entries_stay() throws Exception {
        Retention three = new Retention(3, KEPT.ageMs());
        for (int i = 1; i <= 10; i++) {
            stored(message(LOBBY, three, "m" + i));
        }
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).containsExactly(8L, 9L, 10L);
    }

    @Test
    void a_shortened_retention_takes_hold_within_some_appends() throws Exception {
        for (int i = 1; i <= 20; i++) {
            stored(message(LOBBY, "m" + i));
        }
        Retention two = new Retention(2, KEPT.ageMs());
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
    void a_clock_that_was_set_back_does_not_make_older_entries_outlive_newer_ones() throws Exception {
        stored(message(LOBBY, "first"));
        clock.pass(-KEPT.ageMs());
        stored(message(LOBBY, "second"));
        clock.pass(2 * KEPT.ageMs());
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).containsExactly(1L, 2L);
    }

    @Test
    void a_resume_returns_exactly_what_was_missed() throws Exception {
        Position third = appendedUpTo(3);
        appendedUpTo(5);
        Slice missed = await(resume(third));
        assertThat(missed.exact()).isTrue();
        assertThat(seqs(missed)).containsExactly(4L, 5L);
        assertThat(missed.head().seq()).isEqualTo(5);
        assertThat(missed.more()).isFalse();
    }

    @Test
    void a_resume_at_the_head_is_exact_and_empty() throws Exception {
        Slice missed = await(resume(appendedUpTo(3)));
        assertThat(missed.exact()).isTrue();
        assertThat(missed.entries()).isEmpty();
    }

    @Test
    void a_resume_from_beyond_the_head_is_not_exact() throws Exception {
        Position head = appendedUpTo(3);
        assertNothingRecovered(await(resume(new Position(head.epoch(), 4))), 3);
        assertNothingRecovered(await(resume(new Position(head.epoch(), Long.MAX_VALUE))), 3);
    }

    @Test
    void a_resume_from_before_the_beginning_is_not_exact() throws Exception {
        Position head = appendedUpTo(3);
        assertNothingRecovered(await(resume(new Position(head.epoch(), -1))), 3);
        assertNothingRecovered(await(resume(new Position(head.epoch(), Long.MIN_VALUE))), 3);
    }

    @Test
    void a_resume_from_an_unknown_epoch_is_not_exact() throws Exception {
        appendedUpTo(3);
        assertNothingRecovered(await(resume(new Position("elsewhere", 2))), 3);
        assertNothingRecovered(await(resume(new Position("elsewhere", 0))), 3);
    }

    @Test
    void a_resume_from_what_was_trimmed_is_not_exact() throws Exception {
        Retention two = new Retention(2, KEPT.ageMs());
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
    void without_a_place_to_resume_from_only_the_head_is_told() throws Exception {
        appendedUpTo(3);
        assertNothingRecovered(await(streams.resume(LOBBY, Optional.empty(), PLENTY)), 3);
    }

    @Test
    void an_empty_stream_has_an_epoch_and_resumes_from_zero() throws Exception {
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
    void of_many_streams_it_is_told_where_they_stand_and_whether_they_went_through_a_place() throws Exception {
        Position third = appendedUpTo(3);
        Position other = stored(message(LOBBY_TOO, "m1")).position();
        StreamName empty = StreamName.room(new RoomId("empty"));
        Position nothing = await(streams.head(empty));
        List<StreamStore.Confirmation> said = await(streams.confirm(List.of(
                new StreamStore.Cursor(LOBBY, third),
                new StreamStore.Cursor(LOBBY_TOO, new Position("elsewhere", 1)),
                new StreamStore.Cursor(empty, nothing),
                new StreamStore.Cursor(LOBBY, new Position(third.epoch(), 4)),
                new StreamStore.Cursor(LOBBY, new Position(third.epoch(), 1)))));
        assertThat(said)
                .extracting(StreamStore.Confirmation::head)
                .containsExactly(third, other, nothing, third, third);
        assertThat(said).extracting(StreamStore.Confirmation::kept).containsExactly(true, false, true, false, true);
    }

    @Test
    void a_new_life_of_the_store_has_a_new_epoch_and_goes_on_counting() throws Exception {
        Position before = appendedUpTo(3);
        reopen();
        assertThat(await(streams.head(LOBBY)).epoch()).isNotEqualTo(before.epoch());
        assertThat(await(streams.head(LOBBY)).seq()).isEqualTo(3);
        Position after = appendedUpTo(4);
        assertThat(after.seq()).isEqualTo(4);
        assertThat(after.epoch()).isNotEqualTo(before.epoch());
    }

    @Test
    void a_resume_over_a_fork_is_exact_at_or_below_it_and_not_above() throws Exception {
        Position first = appendedUpTo(1);
        Position third = appendedUpTo(3);
        reopen();
        appendedUpTo(5);
        assertThat(seqs(await(resume(third)))).containsExactly(4L, 5L);
        assertThat(seqs(await(resume(first)))).containsExactly(2L, 3L, 4L, 5L);
        assertNothingRecovered(await(resume(new Position(third.epoch(), 4))), 5);
    }

    @Test
    void a_place_in_a_life_without_messages_resumes_exactly() throws Exception {
        appendedUpTo(3);
        reopen();
        Position quiet = await(streams.head(LOBBY));
        reopen();
        appendedUpTo(5);
        assertThat(seqs(await(resume(quiet)))).containsExactly(4L, 5L);
        assertNothingRecovered(await(resume(new Position(quiet.epoch(), 4))), 5);
    }

    @Test
    void an_empty_stream_resumes_exactly_over_lives_without_messages() throws Exception {
        Position empty = await(streams.head(LOBBY));
        reopen();
        reopen();
        appendedUpTo(1);
        assertThat(seqs(await(resume(empty)))).containsExactly(1L);
        assertNothingRecovered(await(resume(new Position(empty.epoch(), 1))), 1);
    }

    @Test
    void the_last_four_epochs_are_remembered_and_no_more() throws Exception {
        List<Position> lives = new ArrayList<>();
        for (int life = 1; life <= 6; life++) {
            lives.add(appendedUpTo(life));
            reopen();
        }
        appendedUpTo(7);
        assertThat(lives)
                .allSatisfy(place -> assertThat(await(resume(place)).exact())
                        .as("place %s", place)
                        .isEqualTo(place.seq() > 2));
    }

    @Test
    void after_begins_behind_the_seq_and_stops_at_the_number_asked_for() throws Exception {
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
    void before_gives_the_newest_below_the_seq_in_ascending_order() throws Exception {
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
    void a_read_stops_at_its_bytes_but_returns_one_entry_at_least() throws Exception {
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

    void reopen() throws Exception {
        life.close();
        life = open();
        streams.watch(life.streams());
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

    AppendRequest message(StreamName stream, Retention retention, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new AppendRequest(stream, retention, now(), bytes, Optional.of(ANN), Optional.empty(), now() + 5_000);
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
                now() + 5_000,
                Optional.of(user),
                mostBars);
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

    /** The streams from one opening of their store to its end. */
    public interface Life extends AutoCloseable {
        StreamStore streams();

        @Override
        void close();
    }
}
